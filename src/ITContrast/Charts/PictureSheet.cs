using System.Net;
using System.Text;
using ITContrast.Data;

namespace ITContrast.Charts;

/// <summary>
/// Rows of small pictures with a text each: contact sheets and retrieval results. Pictures are part of the HTML, so that a report needs no
/// other file; every text is escaped.
/// </summary>
/// <param name="title">Written above the rows.</param>
/// <param name="side">Pixels a side, as shown.</param>
public sealed class PictureSheet(string title, int side = 64)
{
    private readonly List<(string Heading, List<Picture> Pictures)> rows = [];

    /// <summary>Pictures so far.</summary>
    public int Count => rows.Sum(row => row.Pictures.Count);

    /// <summary>Begins a row.</summary>
    /// <param name="heading">The text before the row's pictures: the query, for example; may be empty.</param>
    public PictureSheet Row(string heading = "")
    {
        rows.Add((heading, []));
        return this;
    }

    /// <summary>Adds a picture to the last row.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="text">Written below it.</param>
    /// <param name="marked">Framed, as the right answer.</param>
    public PictureSheet Add(RgbImage image, string text, bool marked = false)
    {
        if (rows.Count == 0) Row();
        rows[^1].Pictures.Add(new(Convert.ToBase64String(PngEncoder.Encode(image)), text, marked));
        return this;
    }

    /// <summary>The sheet as an HTML fragment.</summary>
    public string ToHtml()
    {
        StringBuilder html = new();
        html.Append($"<div style=\"font-family:sans-serif;font-size:12px\"><div style=\"font-size:14px;font-weight:600;margin:4px 0\">{Escaped(title)}</div>");
        foreach ((string heading, List<Picture> pictures) in rows)
        {
            // The pictures wrap as one block: beside the heading where there is room for them, below it on a phone.
            html.Append("<div style=\"display:flex;flex-wrap:wrap;gap:8px;align-items:flex-start;margin:6px 0\">");
            if (heading.Length > 0) html.Append($"<div style=\"flex:0 1 190px;min-width:150px\">{Escaped(heading)}</div>");
            html.Append("<div style=\"flex:1 1 300px;display:flex;flex-wrap:wrap;gap:8px\">");
            foreach (Picture picture in pictures)
                html.Append(
                        $"<figure style=\"margin:0;width:{side + 32}px;text-align:center\"><img width=\"{side}\" height=\"{side}\" alt=\"{Escaped(picture.Text)}\" src=\"data:image/png;base64,{picture.Png}\" "
                    )
                    .Append(
                        $"style=\"border:3px solid {(picture.Marked ? Palette.Colours[2] : "transparent")};border-radius:4px\"><figcaption>{Escaped(picture.Text)}</figcaption></figure>"
                    );
            html.Append("</div></div>");
        }
        return html.Append("</div>").ToString();
    }

    /// <summary>How notebooks show the sheet: HTML, and the texts alone.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string>
    {
        ["text/html"] = ToHtml(),
        ["text/plain"] =
            title
            + string.Concat(
                rows.Select(row => $"\n{row.Heading}: {string.Join(" | ", row.Pictures.Select(picture => (picture.Marked ? "*" : "") + picture.Text))}")),
    };

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private sealed record Picture(string Png, string Text, bool Marked);
}
