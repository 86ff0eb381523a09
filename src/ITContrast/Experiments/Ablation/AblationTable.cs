using ITContrast.Data;
using ITContrast.Evaluation.Statistics;
using TorchSharp;

namespace ITContrast.Experiments.Ablation;

/// <summary>One row of an ablation's table, over its seeds, on the test split.</summary>
/// <param name="Name">The variant.</param>
/// <param name="Seeds">How many seeds.</param>
/// <param name="RSum">Mean of rsum.</param>
/// <param name="RSumDeviation">Sample standard deviation over seeds; NaN with one seed.</param>
/// <param name="CaptionR1">Mean R@1, captions → images.</param>
/// <param name="CaptionR10">Mean R@10, captions → images.</param>
/// <param name="ImageR1">Mean R@1, images → captions.</param>
/// <param name="ImageR10">Mean R@10, images → captions.</param>
/// <param name="ValidationRSum">Mean rsum on val: what choices may be made by.</param>
/// <param name="Difference">rsum minus the baseline's, with interval, p-value and smallest detectable effect; null for the baseline.</param>
/// <param name="AdjustedP">The p-value after Holm's correction over the table's rows.</param>
/// <param name="ProcessorSeconds">Mean processor seconds of a run; NaN where runs did not record them.</param>
/// <param name="ResidentMegabytes">The most resident memory of a run, MB; NaN where runs did not record it.</param>
public sealed record AblationRow(
    string Name, int Seeds, double RSum, double RSumDeviation, double CaptionR1, double CaptionR10, double ImageR1, double ImageR10, double ValidationRSum,
    PairedDifference? Difference, double AdjustedP, double ProcessorSeconds = double.NaN, double ResidentMegabytes = double.NaN)
{
    /// <summary>Whether the row may be called different: its interval leaves out zero and its corrected p-value is at most 0.05.</summary>
    public bool IsDifferent => Difference is { } d && (d.Low > 0 || d.High < 0) && AdjustedP <= 0.05;
}

/// <summary>
/// The table of an ablation, read from finished runs: mean ± sd over seeds, and the difference to the baseline with paired intervals that resample images
/// (concepts) and seeds, Holm-corrected over the rows.
/// </summary>
/// <param name="Rows">Baseline first.</param>
public sealed record AblationTable(IReadOnlyList<AblationRow> Rows)
{
    /// <summary>What a notebook shows.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => TableText.ToMimeBundle(this);

    /// <summary>Reads the runs of an ablation and compares them.</summary>
    /// <exception cref="DataException">A cell is not finished; it is named.</exception>
    public static AblationTable Read(Ablation ablation, RunStore store, BootstrapOptions? options = null)
    {
        using var dataset = LightRun.OpenData(ablation.Baseline.Config, store: store);
        var test = dataset.Split("test");
        int[] groupOf = RunComparison.Groups(dataset, test);

        RunResult Result(RunConfig config) => store.Finished(config, dataset)
            ?? throw new DataException(
                $"{store.Folder} lacks the run {Experiment.Identity(config, dataset).Hash} ({config.System}, seed {config.Seed}). Compute what is missing with: itc ablate"
            );
        var results = ablation
            .Variants.Select(v => (Variant: v, Runs: ablation.SeedValues.Select(seed => Result(v.Config with { Seed = seed })).ToList()))
            .ToList();
        List<RetrievalSample> Samples(List<RunResult> runs) =>
            [.. runs.Select(run => run.TestRanks()).Select(ranks => new RetrievalSample(ranks.ImageQuery, ranks.CaptionQuery, test.ImageOf, groupOf))];
        var baseline = Samples(results[0].Runs);
        var differences = results.Skip(1).Select(row => PairedComparison.Compare(Samples(row.Runs), baseline, options)[^1]).ToList();
        var adjusted = Holm.Adjust([.. differences.Select(d => d.PValue)]);
        return new([.. results.Select((row, i) => Row(row.Variant.Name, row.Runs, i == 0 ? null : differences[i - 1], i == 0 ? double.NaN : adjusted[i - 1]))]);
    }

    private static AblationRow Row(string name, List<RunResult> runs, PairedDifference? difference, double adjusted)
    {
        double Mean(Func<RunResult, double> of) => runs.Average(of);
        var rsum = Mean(r => r.Test.RSum);
        var deviation = runs.Count < 2 ? double.NaN : Math.Sqrt(runs.Sum(r => (r.Test.RSum - rsum) * (r.Test.RSum - rsum)) / (runs.Count - 1));
        var costs = runs.Select(run => run.Cost()).OfType<RunCost>().ToList();
        return new(name, runs.Count, rsum, deviation, Mean(r => r.Test.CaptionQuery.R1), Mean(r => r.Test.CaptionQuery.R10),
            Mean(r => r.Test.ImageQuery.R1), Mean(r => r.Test.ImageQuery.R10), Mean(r => r.Validation.RSum), difference, adjusted,
            costs.Count == 0 ? double.NaN : costs.Average(c => c.ProcessorSeconds), costs.Count == 0 ? double.NaN : costs.Max(c => c.ResidentBytes) / 1e6);
    }
}
