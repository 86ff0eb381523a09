using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ITContrast.Notebooks.Report;

/// <summary>
/// Markdown blocks as HTML: headings, paragraphs, lists, tables, quotes, fenced code, rules, and equations between dollar signs.
/// It is the part of CommonMark and GitHub's tables that notebooks use; raw HTML is shown as text.
/// </summary>
internal sealed partial class MarkdownHtml
{
    private readonly MarkdownInline inline;
    private readonly Func<int, string, string?> headingId;

    /// <param name="imageSource">See <see cref="MarkdownInline"/>.</param>
    /// <param name="headingId">Given a heading's level and its plain text, the id it gets; null for none.</param>
    public MarkdownHtml(Func<string, string?> imageSource, Func<int, string, string?> headingId)
    {
        inline = new MarkdownInline(imageSource);
        this.headingId = headingId;
    }

    /// <summary>The HTML of a markdown text.</summary>
    public string ToHtml(string text)
    {
        var html = new StringBuilder();
        Blocks(text.ReplaceLineEndings("\n").Split('\n'), html);
        return html.ToString();
    }

    /// <summary>An equation's LaTeX, which the page's script turns into MathML; without the script it reads as LaTeX.</summary>
    public static string Math(string latex, bool display) =>
        display
            ? $"<div class=\"math\" data-display>{WebUtility.HtmlEncode(latex.Trim())}</div>"
            : $"<span class=\"math\">{WebUtility.HtmlEncode(latex.Trim())}</span>";

    private void Blocks(ReadOnlySpan<string> lines, StringBuilder html)
    {
        for (var at = 0; at < lines.Length;)
        {
            var line = lines[at];
            at += line.Trim().Length == 0 ? 1
                : Fence().Match(line) is { Success: true } fence ? FencedCode(lines[at..], fence, html)
                : Heading().Match(line) is { Success: true } heading ? OneHeading(heading, html)
                : Rule().IsMatch(line) ? Append(html, "<hr>\n")
                : line.TrimStart().StartsWith("$$", StringComparison.Ordinal) ? Equation(lines[at..], html)
                : line.TrimStart().StartsWith('>') ? Quote(lines[at..], html)
                : Item().IsMatch(line) ? List(lines[at..], html)
                : IsTable(lines[at..]) ? Table(lines[at..], html)
                : Paragraph(lines[at..], html);
        }
    }

    private static int Append(StringBuilder html, string text)
    {
        html.Append(text);
        return 1;
    }

    private int OneHeading(Match match, StringBuilder html)
    {
        var (level, text) = (match.Groups[1].Length, match.Groups[2].Value.Trim().TrimEnd('#').TrimEnd());
        var id = headingId(level, text);
        return Append(html, $"<h{level}{(id is null ? "" : $" id=\"{id}\"")}>{inline.ToHtml(text)}</h{level}>\n");
    }

    private static int FencedCode(ReadOnlySpan<string> lines, Match fence, StringBuilder html)
    {
        var mark = fence.Groups[1].Value;
        var end = 1;
        while (end < lines.Length && !lines[end].Trim().StartsWith(mark, StringComparison.Ordinal))
        {
            end++;
        }
        var code = string.Join('\n', lines[1..System.Math.Min(end, lines.Length)]!);
        var language = fence.Groups[2].Value.Trim().ToLowerInvariant();
        html.Append("<pre class=\"fence\"><code>")
            .Append(language is "csharp" or "cs" or "c#" ? CodeHtml.Of(code) : WebUtility.HtmlEncode(code))
            .Append("</code></pre>\n");
        return System.Math.Min(end + 1, lines.Length);
    }

    private static int Equation(ReadOnlySpan<string> lines, StringBuilder html)
    {
        var end = 0;
        var latex = new StringBuilder(lines[0].TrimStart()[2..]);
        while (!latex.ToString().Contains("$$", StringComparison.Ordinal) && end + 1 < lines.Length)
        {
            latex.Append('\n').Append(lines[++end]);
        }
        html.Append(Math(latex.ToString().Split("$$")[0], display: true)).Append('\n');
        return end + 1;
    }

    private int Quote(ReadOnlySpan<string> lines, StringBuilder html)
    {
        var end = 0;
        var inner = new List<string>();
        while (end < lines.Length && lines[end].TrimStart() is ['>', .. var rest])
        {
            inner.Add(rest.StartsWith(' ') ? rest[1..] : rest);
            end++;
        }
        html.Append("<blockquote>");
        Blocks(inner.ToArray(), html);
        html.Append("</blockquote>\n");
        return end;
    }

    private int List(ReadOnlySpan<string> lines, StringBuilder html)
    {
        var first = Item().Match(lines[0]);
        var ordered = char.IsDigit(first.Groups[2].Value[0]);
        var indent = first.Groups[1].Length;
        html.Append(ordered ? first.Groups[2].Value.TrimEnd('.', ')') is "1" ? "<ol>" : $"<ol start=\"{first.Groups[2].Value.TrimEnd('.', ')')}\">" : "<ul>");
        var at = 0;
        while (
            at < lines.Length
            && Item().Match(lines[at]) is { Success: true } item
            && item.Groups[1].Length == indent
            && char.IsDigit(item.Groups[2].Value[0]) == ordered)
        {
            var content = item.Groups[1].Length + item.Groups[2].Length + 1;
            var body = new List<string> { item.Groups[3].Value };
            for (at++; at < lines.Length && BelongsToItem(lines[at..], indent); at++)
            {
                var leading = lines[at].Length - lines[at].TrimStart().Length;
                body.Add(lines[at][System.Math.Min(leading, content)..]);
            }
            html.Append("<li>");
            ItemBody(body, html);
            html.Append("</li>\n");
        }
        html.Append(ordered ? "</ol>\n" : "</ul>\n");
        return at;
    }

    /// <summary>A line of an item: indented deeper than its mark, a lazy continuation, or a blank line before more of the same item.</summary>
    private static bool BelongsToItem(ReadOnlySpan<string> lines, int indent)
    {
        var line = lines[0];
        if (line.Trim().Length == 0)
        {
            return lines.Length > 1 && lines[1].Trim().Length > 0 && lines[1].Length - lines[1].TrimStart().Length > indent;
        }
        return line.Length - line.TrimStart().Length > indent
            || !(Item().IsMatch(line) || Heading().IsMatch(line) || Fence().IsMatch(line) || line.TrimStart().StartsWith('>'));
    }

    private void ItemBody(List<string> body, StringBuilder html)
    {
        var simple = body.TakeWhile(line => line.Trim().Length > 0 && !Item().IsMatch(line) && !Fence().IsMatch(line)).ToList();
        var text = string.Join('\n', simple);
        // GitHub's task lists.
        var task = Task().Match(text);
        html.Append(
            task.Success
                ? $"<input type=\"checkbox\" disabled{(task.Groups[1].Value == " " ? "" : " checked")}> {inline.ToHtml(text[task.Length..])}"
                : inline.ToHtml(text));
        Blocks(body.Skip(simple.Count).ToArray(), html);
    }

    private static bool IsTable(ReadOnlySpan<string> lines) => lines.Length > 1 && lines[0].Contains('|') && Delimiter().IsMatch(lines[1]);

    private int Table(ReadOnlySpan<string> lines, StringBuilder html)
    {
        var align = Row(lines[1])
            .Select(mark =>
                (mark.StartsWith(':'), mark.EndsWith(':')) switch
                {
                    (true, true) => "center",
                    (_, true) => "right",
                    _ => "",
                })
            .ToArray();
        html.Append("<div class=\"scroll\"><table><thead>");
        Cells(lines[0], "th", align, html);
        html.Append("</thead><tbody>");
        var at = 2;
        for (; at < lines.Length && lines[at].Contains('|'); at++)
        {
            Cells(lines[at], "td", align, html);
        }
        html.Append("</tbody></table></div>\n");
        return at;
    }

    private void Cells(string line, string tag, string[] align, StringBuilder html)
    {
        html.Append("<tr>");
        var column = 0;
        foreach (var cell in Row(line))
        {
            var side = column < align.Length ? align[column] : "";
            html.Append(side.Length > 0 ? $"<{tag} style=\"text-align:{side}\">" : $"<{tag}>")
                .Append(inline.ToHtml(cell.Replace("\\|", "|", StringComparison.Ordinal)))
                .Append($"</{tag}>");
            column++;
        }
        html.Append("</tr>");
    }

    private static string[] Row(string line)
    {
        var inner = line.Trim();
        inner = inner.StartsWith('|') ? inner[1..] : inner;
        inner = inner.EndsWith('|') && !inner.EndsWith("\\|", StringComparison.Ordinal) ? inner[..^1] : inner;
        return [.. ColumnMark().Split(inner).Select(cell => cell.Trim())];
    }

    private int Paragraph(ReadOnlySpan<string> lines, StringBuilder html)
    {
        var end = 1;
        while (end < lines.Length && lines[end].Trim().Length > 0 && !Fence().IsMatch(lines[end]) && !Heading().IsMatch(lines[end])
            && !Item().IsMatch(lines[end]) && !lines[end].TrimStart().StartsWith("$$", StringComparison.Ordinal) && !IsTable(lines[end..]))
        {
            end++;
        }
        html.Append("<p>").Append(inline.ToHtml(string.Join('\n', lines[..end]!))).Append("</p>\n");
        return end;
    }

    [GeneratedRegex(@"^\s{0,3}(```+|~~~+)\s*([^`]*)$")] private static partial Regex Fence();
    [GeneratedRegex(@"^\s{0,3}(#{1,6})\s+(.*)$")] private static partial Regex Heading();
    [GeneratedRegex(@"^\s{0,3}([-*_])(\s*\1){2,}\s*$")] private static partial Regex Rule();
    [GeneratedRegex(@"^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$")] private static partial Regex Item();
    [GeneratedRegex(@"^\[([ xX])\]\s+")] private static partial Regex Task();
    [GeneratedRegex(@"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")] private static partial Regex Delimiter();
    [GeneratedRegex(@"(?<!\\)\|")] private static partial Regex ColumnMark();
}
