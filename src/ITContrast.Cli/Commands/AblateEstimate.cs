using System.Globalization;
using ITContrast.Experiments;
using ITContrast.Experiments.Ablation;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc ablate GRID --dry-run</c>: what is missing, and how long it will take by what stored runs of its kind took.</summary>
internal static class AblateEstimate
{
    /// <summary>Prints the numbers of runs and the estimate.</summary>
    public static int Write(Ablation ablation, RunStore store, int processes)
    {
        var missing = ablation.Missing(store);
        Console.WriteLine(
            $"{ablation.Variants.Count} rows × {ablation.SeedValues.Count} seeds: {ablation.Cells.Count} runs, {ablation.Cells.Count - missing.Count} stored, {missing.Count} missing"
        );
        if (missing.Count == 0) return 0;
        if (SecondsPerRun(ablation.Baseline.Config, [store, RunFolders.Committed()]) is not { } seconds)
        {
            Console.WriteLine("no stored run of this kind tells how long one takes");
            return 0;
        }
        var hours = missing.Count * seconds / processes / 3600;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"about {(hours < 1 ? $"{hours * 60:F0} minutes" : $"{hours:F1} hours")} with {processes} at once: stored runs of this data and front end took {seconds:F0} processor seconds on average{(ablation.Baseline.Config is { Heads: not null, Data: null } ? "; the first time, some two minutes more to train and apply the extractor" : "")}"
        ));
        return 0;
    }

    // Rows differ in the method only, which is a small part of a step; epochs, data and encoders make the time.
    private static double? SecondsPerRun(RunConfig config, RunStore[] stores)
    {
        double[] perEpoch = [.. stores.DistinctBy(store => store.Folder).SelectMany(store => store.All()).Where(run => run.IsFinished).Select(RunResult.Read)
            .Where(run =>
                run.Config.System == config.System
                && run.Config.Data == config.Data
                && Equals(run.Config.Heads, config.Heads)
                && (config.Heads is not null || run.Config.Backbone == config.Backbone))
            .Select(run => run.Cost() is { } cost ? cost.ProcessorSeconds / run.Config.Training.Epochs : double.NaN).Where(double.IsFinite)];
        return perEpoch.Length == 0 ? null : perEpoch.Average() * config.Training.Epochs;
    }
}
