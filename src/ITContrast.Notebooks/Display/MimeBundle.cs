using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Display;

/// <summary>
/// A value as mime type → content. A type describes itself by shape, with no reference to this assembly: a public instance method
/// <c>ToMimeBundle()</c> that returns string pairs. Everything else gets a default view.
/// </summary>
internal static class MimeBundle
{
    private const string Plain = "text/plain";

    /// <summary>The bundle of any value, null included. A view that throws is shown as text with the error, never thrown.</summary>
    public static JsonObject Of(object? value)
    {
        try
        {
            return Described(value) ?? Default(value);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            return new JsonObject { [Plain] = $"({value!.GetType().Name} could not be shown: {cause.GetType().Name}: {cause.Message})" };
        }
    }

    /// <summary>The value's text as one mime type.</summary>
    public static JsonObject As(object? value, string mimeType) => new() { [mimeType] = Text(value), [Plain] = Text(value) };

    private static JsonObject? Described(object? value)
    {
        var method = value?.GetType().GetMethod("ToMimeBundle", BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes);
        if (method?.Invoke(value, null) is not IEnumerable<KeyValuePair<string, string>> pairs)
        {
            return null;
        }
        var bundle = new JsonObject();
        foreach (var (type, content) in pairs)
        {
            bundle[type] = type.EndsWith("+json", StringComparison.Ordinal) || type == "application/json" ? JsonNode.Parse(content) : JsonValue.Create(content);
        }
        if (!bundle.ContainsKey(Plain))
        {
            bundle[Plain] = value!.ToString();
        }
        return bundle;
    }

    private static JsonObject Default(object? value) => new() { [Plain] = Text(value) };

    private static string Text(object? value) => value switch
    {
        null => "<null>",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => "[ " + string.Join(", ", items.Cast<object?>().Take(20).Select(Text)) + " ]",
        _ => value.ToString() ?? "",
    };
}
