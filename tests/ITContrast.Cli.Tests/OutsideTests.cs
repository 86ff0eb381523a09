using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ITContrast.Cli.Tests;

/// <summary>A notebook as somebody has it who keeps notebooks elsewhere: its first cell alone must find the library and the data.</summary>
public class OutsideTests
{
    // The first notebook up to its training, which takes half a minute and no other files than this one.
    private const int CellsBeforeTraining = 9;
    private const string Training = """
        var config = new RunConfig { WordNet = false, Backbone = new() { Dimension = 16, Hidden = 16, Whitened = 16, WordDimension = 16, StateDimension = 8 }, Training = new() { Epochs = 1, BatchSize = 32, Split = "val" } };
        var data = LightRun.OpenData(config);
        var run = Experiment.Run(config, data, new RunStore(runs));
        var again = Systems.Load(run.Folder);
        display($"{WordNet.Open().Synsets.Count > 1000} {Experiment.Evaluate(again, data, "test").CaptionQuery.R10 == run.Test.CaptionQuery.R10} {new RunStore(stored).All().Count > 0}");
        """;

    [Fact]
    public async Task The_first_notebook_runs_from_outside_the_checkout()
    {
        var folder = Directory.CreateTempSubdirectory("itc-outside-");
        try
        {
            var (notebook, executed) = (Path.Combine(folder.FullName, "first.ipynb"), Path.Combine(folder.FullName, "executed.ipynb"));
            var first = JsonNode.Parse(
                await File.ReadAllTextAsync(Path.Combine(Root(), "notebooks", "01-first-run.ipynb"), TestContext.Current.CancellationToken))!;
            var cells = first["cells"]!.AsArray();
            while (cells.Count > CellsBeforeTraining) cells.RemoveAt(CellsBeforeTraining);
            Assert.Equal("#r \"nuget: ITContrast, 0.1.0\"", string.Concat(cells[0]!["source"]!.AsArray().Select(line => (string?)line)));
            cells.Add(
                new JsonObject
                {
                    ["cell_type"] = "code",
                    ["id"] = "tiny",
                    ["metadata"] = new JsonObject(),
                    ["source"] = Training,
                    ["outputs"] = new JsonArray(),
                    ["execution_count"] = null,
                });
            await File.WriteAllTextAsync(notebook, first.ToJsonString(), TestContext.Current.CancellationToken);

            var start = new ProcessStartInfo(
                Path.Combine(AppContext.BaseDirectory, "itc"),
                ["notebook", "run", notebook, "-p", "runs=runs", "-p", $"stored={Path.Combine(Root(), "data", "runs")}", "--out", executed, "--no-stills"])
            {
                WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            var cancel = TestContext.Current.CancellationToken;
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
            Assert.Contains("no family of concepts lies in two", await File.ReadAllTextAsync(executed, cancel));
            Assert.Contains("True True True", await File.ReadAllTextAsync(executed, cancel));
            Assert.Single(Directory.GetFiles(Path.Combine(folder.FullName, "runs"), "result.json", SearchOption.AllDirectories));
        }
        finally
        {
            folder.Delete(true);
        }
    }

    [Fact]
    public async Task An_unknown_command_and_a_bad_value_exit_with_2_and_one_line()
    {
        foreach (
            var arguments in new[]
            {
                new[] { "bogus" },
                ["train", "nothing"],
                ["evaluate", "--images", "missing.npy", "--captions", "missing.npy"],
                ["bench", "--rounds", "none"],
            })
        {
            using var process = Process.Start(
                new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "itc"), arguments) { RedirectStandardError = true, RedirectStandardOutput = true }
            )!;
            var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 2, $"{string.Join(' ', arguments)}: exit code {process.ExitCode}, {errors}");
            Assert.StartsWith("itc: ", errors);
            Assert.Single(errors.Trim().Split('\n'));
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ITContrast.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
