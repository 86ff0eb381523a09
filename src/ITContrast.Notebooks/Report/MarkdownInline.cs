using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ITContrast.Notebooks.Report;

/// <summary>Markdown within a paragraph. Everything that is not markdown is escaped, raw HTML too.</summary>
/// <param name="imageSource">Turns an image's path into something a page can show without a request; null where it cannot.</param>
internal sealed partial class MarkdownInline(Func<string, string?> imageSource)
{
    /// <summary>The HTML of one paragraph's text.</summary>
    public string ToHtml(string text)
    {
        var html = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            at += Special(text, at, html) is > 0 and var taken ? taken : Literal(text[at], html);
        }
        return html.ToString();
    }

    private static int Literal(char value, StringBuilder html)
    {
        html.Append(value switch { '<' => "&lt;", '>' => "&gt;", '&' => "&amp;", '"' => "&quot;", _ => value.ToString() });
        return 1;
    }

    /// <summary>Converts what begins at <paramref name="at"/>; the characters it took, 0 where nothing special begins.</summary>
    private int Special(string text, int at, StringBuilder html)
    {
        switch (text[at])
        {
            case '\\' when at + 1 < text.Length && text[at + 1] == '\n':
                html.Append("<br>");
                return 2;
            case '\\' when at + 1 < text.Length && char.IsPunctuation(text[at + 1]) || text[at] == '\\' && at + 1 < text.Length && char.IsSymbol(text[at + 1]):
                return 1 + Literal(text[at + 1], html);
            case ' ' when LineBreak().Match(text, at) is { Success: true } match:
                html.Append("<br>\n");
                return match.Length;
            case '&' when Entity().Match(text, at) is { Success: true } match:
                html.Append(match.Value);
                return match.Length;
            case '`' when Code().Match(text, at) is { Success: true } match:
                html.Append("<code>").Append(Escape(match.Groups[2].Value.Trim())).Append("</code>");
                return match.Length;
            case '$' when Math().Match(text, at) is { Success: true } match:
                var display = match.Value.StartsWith("$$", StringComparison.Ordinal);
                html.Append(MarkdownHtml.Math(match.Groups[display ? 1 : 2].Value, display));
                return match.Length;
            case '!' when Image().Match(text, at) is { Success: true } match:
                return Picture(match, html);
            case '[' when Link().Match(text, at) is { Success: true } match:
                html.Append($"<a href=\"{Escape(SafeTarget(match.Groups[2].Value))}\">{ToHtml(match.Groups[1].Value)}</a>");
                return match.Length;
            case '<' when AutoLink().Match(text, at) is { Success: true } match:
                html.Append($"<a href=\"{Escape(match.Groups[1].Value)}\">{Escape(match.Groups[1].Value)}</a>");
                return match.Length;
            case '*' or '_' or '~':
                return Emphasis(text, at, html);
            default:
                return 0;
        }
    }

    private int Emphasis(string text, int at, StringBuilder html)
    {
        // An underscore inside a word is part of the word.
        if (text[at] == '_' && at > 0 && char.IsLetterOrDigit(text[at - 1]))
        {
            return 0;
        }
        foreach (var (pattern, tag) in new[] { (Strong(), "strong"), (Italic(), "em"), (Struck(), "del") })
        {
            if (pattern.Match(text, at) is { Success: true } match)
            {
                html.Append($"<{tag}>{ToHtml(match.Groups["t"].Value)}</{tag}>");
                return match.Length;
            }
        }
        return 0;
    }

    private int Picture(Match match, StringBuilder html)
    {
        var (alternative, target) = (Escape(match.Groups[1].Value), match.Groups[2].Value);
        html.Append(
            imageSource(target) is { } source
                ? $"<img alt=\"{alternative}\" src=\"{Escape(source)}\">"
                : $"<a href=\"{Escape(SafeTarget(target))}\">{alternative}</a>");
        return match.Length;
    }

    /// <summary>A link's target; only the web, mail, and places in or beside the page: a script is none.</summary>
    private static string SafeTarget(string target) => Scheme().Match(target) is { Success: true } match
        && match.Groups[1].Value.ToLowerInvariant() is not ("http" or "https" or "mailto") ? "#" : target;

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex(@"\G {2,}\n")] private static partial Regex LineBreak();
    [GeneratedRegex(@"\G&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")] private static partial Regex Entity();
    [GeneratedRegex(@"\G(`+)(?!`)(.+?)(?<!`)\1(?!`)", RegexOptions.Singleline)] private static partial Regex Code();
    [GeneratedRegex(@"\G(?:\$\$(.+?)\$\$|\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\d))", RegexOptions.Singleline)] private static partial Regex Math();
    [GeneratedRegex(@"\G!\[([^\]]*)\]\(\s*<?([^\s)>]+)>?[^)]*\)")] private static partial Regex Image();
    [GeneratedRegex(@"\G\[((?:[^\[\]]|\[[^\]]*\])+)\]\(\s*<?([^\s)>]+)>?(?:\s+""[^""]*"")?\s*\)")] private static partial Regex Link();
    [GeneratedRegex(@"\G<(https?://[^\s>]+)>")] private static partial Regex AutoLink();
    [GeneratedRegex(@"\G(\*\*|__)(?=\S)(?<t>.+?)(?<=\S)\1", RegexOptions.Singleline)] private static partial Regex Strong();
    [GeneratedRegex(@"\G([*_])(?=\S)(?<t>(?:\*\*.+?\*\*|.)+?)(?<=\S)\1(?!\w)", RegexOptions.Singleline)] private static partial Regex Italic();
    [GeneratedRegex(@"\G~~(?=\S)(?<t>.+?)(?<=\S)~~", RegexOptions.Singleline)] private static partial Regex Struck();
    [GeneratedRegex(@"^\s*([A-Za-z][A-Za-z0-9+.\-]*):")] private static partial Regex Scheme();
}
