using System.Text.Json.Nodes;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Running;
using ITContrast.Notebooks.Session;

namespace ITContrast.Notebooks.Tests.Running;

/// <summary>Notebooks made of cells' sources, in a temporary folder.</summary>
internal sealed class TestNotebook : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("itc-test-");

    /// <summary>The notebook; a source that starts with <c>md:</c> is markdown, one with <c>param:</c> is tagged <c>parameters</c>.</summary>
    public TestNotebook(params string[] sources)
    {
        var cells = sources.Select((source, i) => source.StartsWith("md:", StringComparison.Ordinal)
            ? new JsonObject { ["cell_type"] = "markdown", ["id"] = $"c{i}", ["metadata"] = new JsonObject(), ["source"] = source[3..] }
            : source.StartsWith("param:", StringComparison.Ordinal) ? NotebookCell.Code($"c{i}", source[6..], "parameters").Node
            : NotebookCell.Code($"c{i}", source).Node);
        File = NotebookFile.Parse(new JsonObject
        {
            ["cells"] = new JsonArray([.. cells]),
            ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["name"] = ".net-csharp", ["language"] = "C#", ["display_name"] = ".NET (C#)" } },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString(), System.IO.Path.Combine(folder.FullName, "n.ipynb"));
        File.Write(File.Path);
    }

    /// <summary>The notebook.</summary>
    public NotebookFile File { get; }

    /// <summary>Its folder.</summary>
    public string Folder => folder.FullName;

    /// <summary>Runs it and reads what was saved.</summary>
    public async Task<(RunResult Result, NotebookFile Saved)> RunAsync(RunOptions? options = null, CancellationToken cancel = default)
    {
        var result = await new NotebookRunner(options ?? new RunOptions(), new Silent()).RunAsync(File, cancel);
        return (result, NotebookFile.Read(File.Path));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private sealed class Silent : IRunProgress
    {
        public void CellStarted(int number, int total, string title) { }
        public void CellSaid(string line) { }
        public void CellEnded(int number, int total, TimeSpan took, ExecuteStatus status) { }
    }
}
