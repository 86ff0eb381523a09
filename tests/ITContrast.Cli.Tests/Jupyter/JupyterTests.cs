using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ITContrast.Cli.Tests.Jupyter;

/// <summary>The kernel under Jupyter's own programs.</summary>
public class JupyterTests(InstalledKernel kernel) : IClassFixture<InstalledKernel>
{
    // Skipped there: the deprecated pager, and clear_output, which no C# cell can ask for.
    private const int Passing = 10;

    // nbclient's own limits are those of an idle machine.
    private static readonly string[] Patient =
    [
        "--ExecutePreprocessor.startup_timeout=600", "--ExecutePreprocessor.timeout=600", "--ExecutePreprocessor.iopub_timeout=600",
    ];

    [Fact]
    public void The_conformance_suite_passes()
    {
        var python = kernel.Python("jupyter_kernel_test", "python3-jupyter-kernel-test");
        var (code, output) = kernel.Run(python, [InstalledKernel.Fixture("kernel_conformance.py"), "itcontrast"]);
        Assert.True(code == 0, output);
        Assert.Equal(Passing, Regex.Count(output, @"\.\.\. ok"));
    }

    [Fact]
    public void Nbconvert_executes_a_notebook_of_the_usual_csharp_kernel()
    {
        var python = kernel.Python("nbconvert", "python3-nbconvert");
        var (code, output) = kernel.Run(
            python,
            [
                "-m", "nbconvert", "--to", "notebook", "--execute", .. kernel.OwnSockets("nbconvert"), .. Patient, InstalledKernel.Fixture("tour.ipynb"),
                "--output-dir", kernel.Folder, "--output", "done.ipynb",
            ]);
        Assert.True(code == 0, output);
        var cells = JsonNode.Parse(File.ReadAllText(Path.Combine(kernel.Folder, "done.ipynb")))!["cells"]!.AsArray();
        static string Text(JsonNode? text) => text is JsonArray lines ? string.Concat(lines.Select(l => (string?)l)) : (string?)text ?? "";

        var first = cells[1]!["outputs"]!;
        Assert.Equal("after", Text(first[0]!["data"]!["text/plain"]));
        Assert.Equal("42", Text(first[1]!["data"]!["text/plain"]));
        var figure = cells[2]!["outputs"]![0]!["data"]!;
        Assert.Equal("bar", (string?)figure["application/vnd.plotly.v1+json"]!["data"]![0]!["type"]);
        Assert.Contains("kernelspecs/itcontrast/plotly.min.js", Text(figure["text/html"]));
        // Newer clients keep one output for every message of a stream, and how many there are is up to the clock.
        var printed = string.Concat(cells[3]!["outputs"]!.AsArray().Where(o => (string?)o!["name"] == "stdout").Select(o => Text(o!["text"])));
        Assert.Equal(Enumerable.Range(0, 10000).Select(i => $"{i}"), printed.TrimEnd().Split('\n'));
    }
}
