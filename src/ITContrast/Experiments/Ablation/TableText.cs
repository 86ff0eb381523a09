using System.Globalization;
using System.Net;
using System.Text;

namespace ITContrast.Experiments.Ablation;

/// <summary>An ablation's table as Markdown, CSV, LaTeX and HTML; the same numbers in each.</summary>
public static class TableText
{
    private static readonly string[] Header =
    [
        "row", "seeds", "rsum", "sd", "Δ rsum", "95 % interval", "p (Holm)", "verdict", "detectable", "c→i R@1", "c→i R@10", "i→c R@1", "i→c R@10",
        "val rsum", "CPU s", "MB",
    ];

    /// <summary>Markdown.</summary>
    public static string ToMarkdown(this AblationTable table) =>
        Lines(table, cells => $"| {string.Join(" | ", cells)} |", $"|{string.Concat(Enumerable.Repeat("---|", Header.Length))}\n");

    /// <summary>Comma-separated values, quoted where needed.</summary>
    public static string ToCsv(this AblationTable table) =>
        Lines(table, cells => string.Join(',', cells.Select(c => c.Contains(',') || c.Contains('"') ? $"\"{c.Replace("\"", "\"\"")}\"" : c)), "");

    /// <summary>A LaTeX <c>tabular</c>.</summary>
    public static string ToLatex(this AblationTable table) =>
        $"\\begin{{tabular}}{{l{new string('r', Header.Length - 1)}}}\n{Lines(table, cells => string.Join(" & ", cells.Select(Escaped)) + " \\\\", "\\hline\n")}\\end{{tabular}}\n";

    /// <summary>What a notebook shows.</summary>
    public static IReadOnlyDictionary<string, string> ToMimeBundle(this AblationTable table)
    {
        // Names of rows and of columns may break; the verdict and what was detectable are to stand on the page beside them.
        var html = new StringBuilder("<table style=\"white-space:nowrap\"><thead style=\"white-space:normal\"><tr>");
        foreach (var name in Header) html.Append($"<th>{WebUtility.HtmlEncode(name)}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (var row in table.Rows)
            html.Append(
                $"<tr>{string.Concat(Cells(row).Select((c, i) => $"<td{(i == 0 ? " style=\"white-space:normal;min-width:11em\"" : "")}>{WebUtility.HtmlEncode(c)}</td>"))}</tr>"
            );
        return new Dictionary<string, string> { ["text/html"] = html.Append("</tbody></table>").ToString(), ["text/plain"] = table.ToMarkdown() };
    }

    private static string Lines(AblationTable table, Func<IReadOnlyList<string>, string> line, string afterHeader) =>
        $"{line(Header)}\n{afterHeader}{string.Concat(table.Rows.Select(row => line(Cells(row)) + "\n"))}";

    private static string[] Cells(AblationRow row)
    {
        string Number(double value, string format = "F1") => double.IsNaN(value) ? "" : value.ToString(format, CultureInfo.InvariantCulture);
        var d = row.Difference;
        return
        [
            // What a row is read for comes first; the rest may lie beyond a page's edge.
            row.Name, row.Seeds.ToString(CultureInfo.InvariantCulture), Number(row.RSum), Number(row.RSumDeviation),
            d is null ? "" : Number(d.Difference, "+0.0;−0.0;0.0"),
            d is null ? "" : $"[{Number(d.Low)}, {Number(d.High)}]",
            d is null ? "" : Number(row.AdjustedP, "F3"),
            d is null ? "baseline"
            : row.IsDifferent
                ? d.Difference > 0 ? "better"
                    : "worse"
            : "no difference shown",
            d is null ? "" : Number(d.SmallestDetectable),
            Number(row.CaptionR1),
            Number(row.CaptionR10),
            Number(row.ImageR1),
            Number(row.ImageR10),
            Number(row.ValidationRSum),
            Number(row.ProcessorSeconds, "F0"),
            Number(row.ResidentMegabytes, "F0"),
        ];
    }

    private static string Escaped(string cell) =>
        cell.Replace("%", "\\%").Replace("&", "\\&").Replace("_", "\\_").Replace("Δ", "$\\Delta$").Replace("→", "$\\to$").Replace("−", "$-$");
}
