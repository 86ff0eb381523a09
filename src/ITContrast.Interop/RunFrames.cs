using ITContrast.Experiments;
using Microsoft.Data.Analysis;

namespace ITContrast.Interop;

/// <summary>Runs as a data frame, to be filtered, grouped and joined.</summary>
public static class RunFrames
{
    /// <summary>One row a finished run: its hash, system and seed, R@1, R@5 and R@10 of both directions on the test split in percent, and rsum.</summary>
    /// <param name="runs">Finished runs, for example <c>new RunStore().All().Where(run =&gt; run.IsFinished).Select(RunResult.Read)</c>.</param>
    public static DataFrame ToDataFrame(this IEnumerable<RunResult> runs)
    {
        RunResult[] rows = [.. runs];
        DataFrameColumn Text(string name, Func<RunResult, string> of) => new StringDataFrameColumn(name, rows.Select(of));
        DataFrameColumn Number(string name, Func<RunResult, double> of) => new DoubleDataFrameColumn(name, rows.Select(of));
        return new DataFrame(
            Text("run", run => Path.GetFileName(run.Folder.Path)), Text("system", run => run.Config.System), Number("seed", run => run.Config.Seed),
            Number("image R@1", run => run.Test.CaptionQuery.R1),
            Number("image R@5", run => run.Test.CaptionQuery.R5),
            Number("image R@10", run => run.Test.CaptionQuery.R10),
            Number("caption R@1", run => run.Test.ImageQuery.R1),
            Number("caption R@5", run => run.Test.ImageQuery.R5),
            Number("caption R@10", run => run.Test.ImageQuery.R10),
            Number("rsum", run => run.Test.RSum));
    }
}
