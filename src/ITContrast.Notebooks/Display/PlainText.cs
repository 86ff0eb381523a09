using System.Collections;
using System.Globalization;
using System.Text;

namespace ITContrast.Notebooks.Display;

/// <summary>Any value as one line or so of text, in the invariant culture.</summary>
internal static class PlainText
{
    private const int Items = 20;
    private const int Depth = 3;

    /// <summary>The text; null reads <c>&lt;null&gt;</c>, a sequence shows its first items.</summary>
    public static string Of(object? value) => Of(value, 0);

    private static string Of(object? value, int depth) => value switch
    {
        null => "<null>",
        string text => text,
        bool flag => flag ? "True" : "False",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        Exception exception => $"{exception.GetType().Name}: {exception.Message}",
        IDictionary pairs when depth < Depth => "{ " + Some(pairs.Keys.Cast<object?>(), key => $"{Of(key, depth + 1)}: {Of(pairs[key!], depth + 1)}") + " }",
        IEnumerable items when depth < Depth => "[ " + Some(items.Cast<object?>(), item => Of(item, depth + 1)) + " ]",
        _ => value.ToString() ?? "",
    };

    private static string Some(IEnumerable<object?> items, Func<object?, string> text)
    {
        var line = new StringBuilder();
        var count = 0;
        foreach (var item in items)
        {
            if (count == Items)
            {
                return line.Append(", …").ToString();
            }
            line.Append(count++ > 0 ? ", " : "").Append(text(item));
        }
        return line.ToString();
    }
}
