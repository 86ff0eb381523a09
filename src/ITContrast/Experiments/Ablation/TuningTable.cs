using System.Globalization;
using System.Text;

namespace ITContrast.Experiments.Ablation;

/// <summary>What was tried on the validation split: the grid that choices were made by. It never reads test.</summary>
/// <param name="Rows">Name and mean validation rsum over seeds, best first.</param>
/// <param name="Seeds">Seeds of every row.</param>
public sealed record TuningTable(IReadOnlyList<(string Name, double RSum)> Rows, int Seeds)
{
    private string Head => Seeds == 1 ? "tried on val (1 seed)" : $"tried on val ({Seeds} seeds)";

    /// <summary>Reads the runs of a grid.</summary>
    /// <exception cref="DataException">A cell is not finished; it is named.</exception>
    public static TuningTable Read(Ablation ablation, RunStore store)
    {
        using var dataset = LightRun.OpenData(ablation.Baseline.Config, store: store);
        double Mean(RunConfig config) => ablation.SeedValues.Average(seed => (store.Finished(config with { Seed = seed }, dataset)
            ?? throw new DataException(
                $"{store.Folder} lacks a run of the tuning grid (seed {seed}). Compute it with: itc ablate tune, systems-tune or forms-tune"))
            .Validation
            .RSum);
        return new([.. ablation.Variants.Select(v => (v.Name, Mean(v.Config))).OrderByDescending(row => row.Item2)], ablation.SeedValues.Count);
    }

    /// <summary>What a notebook shows.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string>
    {
        ["text/html"] = $"<table><thead><tr><th>{Head}</th><th>rsum</th></tr></thead><tbody>"
            + string.Concat(
                Rows.Select(row =>
                    $"<tr><td>{System.Net.WebUtility.HtmlEncode(row.Name)}</td><td>{row.RSum.ToString("F1", CultureInfo.InvariantCulture)}</td></tr>"))
            + "</tbody></table>",
        ["text/plain"] = ToMarkdown(),
    };

    /// <summary>Markdown.</summary>
    public string ToMarkdown() => Rows.Aggregate(new StringBuilder($"| {Head} | rsum |\n|---|---|\n"),
        (text, row) => text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.RSum:F1} |\n")).ToString();
}
