using System.Diagnostics;
using System.Text.Json;

namespace ITContrast.Cli.Tests;

/// <summary>Ctrl-C in the middle of a notebook, with a real process and a real signal.</summary>
public class InterruptTests
{
    [Fact]
    public async Task An_interrupted_run_exits_with_130_and_keeps_what_was_done()
    {
        var folder = Directory.CreateTempSubdirectory("itc-interrupt-");
        var cancel = TestContext.Current.CancellationToken;
        try
        {
            var (notebook, executed, begun) = (
                Path.Combine(folder.FullName, "a.ipynb"), Path.Combine(folder.FullName, "b.ipynb"), Path.Combine(folder.FullName, "begun"));
            TinyNotebook.Write(notebook, "6 * 7", "File.WriteAllText(\"begun\", \"\"); while (true) ;", "\"never\"");
            // A test run in the background of a shell ignores the signal, and so would the process that it starts.
            var start = new ProcessStartInfo(
                "env", ["--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "itc"), "notebook", "run", notebook, "--out", executed])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            while (!File.Exists(begun) && !process.HasExited) await Task.Delay(50, cancel);
            using (var kill = Process.Start("sh", ["-c", $"kill -INT {process.Id}"])) await kill.WaitForExitAsync(cancel);
            await process.WaitForExitAsync(cancel);

            Assert.True(process.ExitCode == 130, $"{process.ExitCode}: {await output}{await errors}");
            Assert.Contains(executed, await errors);
            var cells = JsonDocument.Parse(await File.ReadAllTextAsync(executed, cancel)).RootElement.GetProperty("cells");
            Assert.Equal("42", cells[0].GetProperty("outputs")[0].GetProperty("data").GetProperty("text/plain")[0].GetString());
            Assert.Equal("OperationCanceledException", cells[1].GetProperty("outputs")[0].GetProperty("ename").GetString());
            Assert.Equal(0, cells[2].GetProperty("outputs").GetArrayLength());
            Assert.Equal(["a.ipynb", "b.ipynb", "begun"], Directory.GetFiles(folder.FullName).Select(Path.GetFileName).Order());
        }
        finally
        {
            folder.Delete(true);
        }
    }
}
