using System.Diagnostics;
using ITContrast.Notebooks.Export;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Tests.Export;

namespace ITContrast.Cli.Tests;

/// <summary>The program that a notebook is exported as, compiled and run by the SDK's own client.</summary>
public class TwinTests
{
    [Fact]
    public void Every_committed_notebook_compiles_as_a_program()
    {
        var notebooks = Committed.Notebooks();
        Assert.NotEmpty(notebooks);
        Assert.All(notebooks, path => Assert.Empty(TwinProgram.Errors(FileApp.Of(NotebookFile.Read(path)))));
    }

    [Fact]
    public async Task An_exported_notebook_runs_with_dotnet_run()
    {
        var folder = Directory.CreateTempSubdirectory("itc-twin-");
        try
        {
            var (notebook, program) = (Path.Combine(folder.FullName, "tiny.ipynb"), Path.Combine(folder.FullName, "tiny.cs"));
            TinyNotebook.Write(notebook,
                "#r \"nuget: ITContrast, 0.1.0\"\nusing TorchSharp;",
                "record Row(string Name, double Score);\nvar sum = torch.ones(2, 3).sum().item<float>();\nvoid Nothing() => Console.WriteLine(\"printed\");",
                "#!markdown\n*not code*",
                "Nothing()",
                "await Task.Delay(1);\nvar shown = display(new[] { new Row(\"a\", sum) });\nshown.Update(\"updated\");",
                "sum * 2");
            var (code, output) = await Run(Path.Combine(AppContext.BaseDirectory, "itc"), folder.FullName, "notebook", "export", notebook, "--cs", program);
            Assert.True(code == 0, output);
            (code, output) = await Run("dotnet", folder.FullName, "run", program);
            Assert.SkipWhen(code != 0 && output.Contains("error NU1", StringComparison.Ordinal), $"What the program needs does not restore here: {output}");
            Assert.True(code == 0, output);
            Assert.Equal(["printed", "Row { Name = a, Score = 6 }", "updated", "12"], output.Trim().Split('\n'));
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static async Task<(int Code, string Output)> Run(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        var cancel = TestContext.Current.CancellationToken;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output + await errors);
    }
}
