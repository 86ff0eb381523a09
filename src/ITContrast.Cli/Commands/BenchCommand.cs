using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ITContrast.Evaluation;
using ITContrast.Experiments;
using ITContrast.Torch;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc bench</c>: times side by side in one run; machines are shared and noisy, so ratios count, not seconds.</summary>
internal static class BenchCommand
{
    public static Command Build()
    {
        var repeats = new Option<int>("--repeats") { Description = "Rounds of the evaluation row.", DefaultValueFactory = _ => 3 };
        var json = new Option<string?>("--json") { Description = "Also write the results to this file." };
        var command = new Command("bench", "Measure a training step of the first system, and evaluation of 5,000 × 25,000 embeddings against its own matrix product.") { repeats, json };
        command.SetAction((parse, cancel) => Task.Run(() => Run(parse.GetValue(repeats), parse.GetValue(json), cancel)));
        return command;
    }

    private static int Run(int repeats, string? path, CancellationToken cancel)
    {
        if (repeats < 1) throw new UserError($"--repeats is {repeats}; use at least 1.");
        var results = new JsonObject
        {
            ["torch"] = TorchRuntime.Description, ["threads"] = TorchRuntime.Threads, ["blas"] = TorchCapabilities.Current.BlasKernel, ["cores"] = Environment.ProcessorCount,
            ["trainingStep"] = TrainingStep(cancel), ["evaluation"] = Evaluation(repeats),
        };
        if (path is not null) File.WriteAllText(path, results.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        return 0;
    }

    private static JsonObject TrainingStep(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("itc-bench-");
        try
        {
            var marks = new List<double>();
            var clock = Stopwatch.StartNew();
            var config = new RunConfig { Training = new() { Epochs = 2 } };
            Experiment.Run(config, new RunStore(folder.FullName), new Marks(() => marks.Add(clock.Elapsed.TotalSeconds)), cancel);
            // The first steps compile code and fill caches.
            var steps = marks.Zip(marks.Skip(1), (a, b) => b - a).Skip(5).Order().ToArray();
            Row($"training step, light system, B = {config.Training.BatchSize}", $"{steps[steps.Length / 2] * 1000:F0} ms median of {steps.Length} (from {steps[0] * 1000:F0} to {steps[^1] * 1000:F0})");
            return new() { ["batch"] = config.Training.BatchSize, ["medianSeconds"] = steps[steps.Length / 2], ["steps"] = steps.Length };
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static JsonObject Evaluation(int repeats)
    {
        var times = EvaluationBenchmark.Run(repeats: repeats);
        double Median(IEnumerable<double> ratios) => ratios.Order().ElementAt(repeats / 2);
        double Ratio(double[] of) => Median(of.Zip(times.Product, (a, b) => a / b));
        Row("evaluation 5,000 × 25,000 × 1,024, fp32 ÷ its product", $"{Ratio(times.Single):F2}");
        Row("the same, bf16 with exact re-scoring ÷ the fp32 product", $"{Ratio(times.BFloat16):F2}");
        Row($"the same, as chosen by itself ({times.Chosen}) ÷ the fp32 product", $"{Ratio(times.Automatic):F2}");
        Row("peak memory above the embeddings", $"{times.PeakBytes / 1e6:F0} MB");
        Row("load average at the end", times.Load.ToString("F1", CultureInfo.InvariantCulture));
        return new()
        {
            ["rounds"] = repeats, ["single"] = Ratio(times.Single), ["bfloat16"] = Ratio(times.BFloat16), ["automatic"] = Ratio(times.Automatic),
            ["chosen"] = times.Chosen.ToString(), ["peakBytes"] = times.PeakBytes, ["load"] = times.Load,
        };
    }

    private static void Row(string name, string value) => Console.WriteLine($"{name,-64} {value}");

    private sealed class Marks(Action mark) : IProgress<Training.TrainingProgress>
    {
        public void Report(Training.TrainingProgress value) => mark();
    }
}
