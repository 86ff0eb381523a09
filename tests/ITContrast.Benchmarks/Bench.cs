using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ITContrast.Benchmarks.Reporting;
using ITContrast.Benchmarks.Running;
using ITContrast.Torch;

namespace ITContrast.Benchmarks;

/// <summary>
/// The whole benchmark: rows one after the other, their results as they come, the files after each, so that a cancelled run leaves what it has.
/// </summary>
internal static class Bench
{
    /// <returns>0, or 1 where a row turned out void.</returns>
    public static async Task<int> RunAsync(BenchOptions options, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        void Progress(string line) => Console.Error.WriteLine($"[{clock.Elapsed:m\\:ss}] {line}");
        Progress("compiling the C++ floor");
        Programs programs = new(options.Threads, TorchCapabilities.Current.BlasKernel, FloorProgram.Build(), options.Device);
        JsonObject machine = Machine.Facts(options.Threads ?? Environment.ProcessorCount, programs.Kernel, options.Device);
        Runner runner = new(programs, Progress, options.Rounds);
        List<Outcome> outcomes = [];
        foreach (Row row in options.Rows)
        {
            outcomes.Add(await runner.RunAsync(row, cancel));
            StringBuilder section = new();
            ResultTable.Section(section, outcomes[^1]);
            Console.Write(section);
            Write(options, machine, outcomes);
        }
        if (options.Out is { } folder) await Pictures.DrawAsync(folder, cancel);
        Progress("done");
        return outcomes.TrueForAll(o => o.Void is null) ? 0 : 1;
    }

    private static void Write(BenchOptions options, JsonObject machine, List<Outcome> outcomes)
    {
        string json = ResultJson.Of(machine, outcomes).ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
        if (options.Json is { } file) File.WriteAllText(file, json);
        if (options.Out is not { } folder) return;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "results.json"), json);
        File.WriteAllText(Path.Combine(folder, "README.md"), ResultTable.Of(machine, outcomes));
        if (ResultChart.Of(outcomes) is { } chart) File.WriteAllText(Path.Combine(folder, "ratios.plotly.json"), chart.ToJson());
        foreach (Outcome outcome in outcomes.Where(o => o.Void is null))
            for (int i = 0; i < outcome.Row.Charts.Count; i++)
                File.WriteAllText(Path.Combine(folder, $"{outcome.Row.Name}-{i + 1}.plotly.json"), GrowthChart.Of(outcome, outcome.Row.Charts[i]).ToJson());
    }
}
