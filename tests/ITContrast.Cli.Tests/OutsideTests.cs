using System.Diagnostics;
using System.Text.Json;

namespace ITContrast.Cli.Tests;

/// <summary>The first notebook as somebody has it who keeps notebooks elsewhere: its first cell alone must find the library and the data.</summary>
public class OutsideTests
{
    [Fact]
    public async Task The_first_notebook_runs_from_outside_the_checkout()
    {
        var folder = Directory.CreateTempSubdirectory("itc-outside-");
        try
        {
            var (notebook, executed) = (Path.Combine(folder.FullName, "first.ipynb"), Path.Combine(folder.FullName, "executed.ipynb"));
            File.Copy(Path.Combine(Root(), "notebooks", "01-first-run.ipynb"), notebook);
            Assert.Equal("#r \"nuget: ITContrast, 0.1.0\"", Sources(notebook)[0]);

            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "itc"), ["notebook", "run", notebook, "-p", "epochs=2", "-p", "runs=runs", "-p", $"stored={Path.Combine(Root(), "data", "runs")}", "--out", executed, "--no-stills"])
            {
                WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            var cancel = TestContext.Current.CancellationToken;
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
            Assert.Contains("the loaded model gives the very numbers that training stored", File.ReadAllText(executed));
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
        foreach (var arguments in new[] { new[] { "bogus" }, ["train", "nothing"], ["evaluate", "--images", "missing.npy", "--captions", "missing.npy"], ["bench", "--rounds", "none"] })
        {
            using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "itc"), arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 2, $"{string.Join(' ', arguments)}: exit code {process.ExitCode}, {errors}");
            Assert.StartsWith("itc: ", errors);
            Assert.Single(errors.Trim().Split('\n'));
        }
    }

    private static List<string> Sources(string notebook) =>
        [.. JsonDocument.Parse(File.ReadAllText(notebook)).RootElement.GetProperty("cells").EnumerateArray()
            .Select(cell => cell.GetProperty("source") is { ValueKind: JsonValueKind.Array } lines ? string.Concat(lines.EnumerateArray().Select(l => l.GetString())) : cell.GetProperty("source").GetString()!)];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ITContrast.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
