using System.Net;
using System.Text;

namespace ITContrast.Notebooks.Report;

/// <summary>The headings of levels 1 to 3, with ids that stay the same while the heading does.</summary>
internal sealed class TableOfContents
{
    private const int Deepest = 3;
    private readonly List<(int Level, string Text, string Id)> entries = [];
    private readonly HashSet<string> ids = [];

    /// <summary>Takes a heading and returns its id.</summary>
    public string Add(int level, string text)
    {
        var plain = text.Replace("`", "", StringComparison.Ordinal).Replace("*", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal);
        var id = new string([.. plain.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        id = id.Length == 0 ? "section" : id;
        var unique = id;
        for (var n = 2; !ids.Add(unique); n++)
        {
            unique = $"{id}-{n}";
        }
        if (level <= Deepest)
        {
            entries.Add((level, plain, unique));
        }
        return unique;
    }

    /// <summary>The list of links.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder("<ul>");
        foreach (var (level, text, id) in entries)
        {
            html.Append($"<li class=\"l{level}\"><a href=\"#{id}\">{WebUtility.HtmlEncode(text)}</a></li>");
        }
        return html.Append("</ul>").ToString();
    }
}
