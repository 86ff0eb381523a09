using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Running;
using ITContrast.Notebooks.Session;

namespace ITContrast.Notebooks.Tests.Running;

public class NotebookRunnerTests
{
    private static string Outputs(NotebookFile file, int cell) => file.Cells[cell].Outputs.ToJsonString();

    [Fact]
    public async Task Outputs_are_saved_and_updates_reach_earlier_cells()
    {
        using var notebook = new TestNotebook(
            "md:# T", "var shown = display(\"one\"); Console.Write(\"a\"); Console.Write(\"b\");", "shown.Update(\"two\"); 6 * 7");
        var (result, saved) = await notebook.RunAsync();
        Assert.Null(result.Failure);
        Assert.Contains("\"two\"", Outputs(saved, 1));
        Assert.DoesNotContain("\"one\"", Outputs(saved, 1));
        Assert.Contains("\"ab\"", Outputs(saved, 1));
        Assert.Contains("\"42\"", Outputs(saved, 2));
        Assert.Equal([1, 2], saved.Cells.Skip(1).Select(cell => cell.ExecutionCount ?? 0));
    }

    [Fact]
    public async Task A_failing_cell_ends_the_run_with_its_traceback_saved()
    {
        using var notebook = new TestNotebook("1 + 1", "int zero = 0;\n1 / zero", "3");
        var (result, saved) = await notebook.RunAsync();
        Assert.Equal("DivideByZeroException", result.Failure!.ErrorName);
        Assert.Equal(2, result.FailedCell);
        Assert.Contains("Cell [2], line 2", Outputs(saved, 1));
        Assert.Empty(saved.Cells[2].Outputs);
    }

    [Fact]
    public async Task A_dead_worker_keeps_what_was_saved_and_names_the_cell()
    {
        using var notebook = new TestNotebook("\"first\"", "Environment.Exit(4);", "3");
        var (result, saved) = await notebook.RunAsync();
        Assert.Equal(ExecuteStatus.Died, result.Failure!.Status);
        Assert.Equal(2, result.FailedCell);
        Assert.Contains("first", Outputs(saved, 0));
        Assert.Contains("exit code 4", Outputs(saved, 1));
    }

    [Fact]
    public async Task A_cell_over_its_time_fails()
    {
        // The only cell: one before it, which must not take so long, would put a limit on the machine.
        using var notebook = new TestNotebook("while (true) { }");
        var (result, saved) = await notebook.RunAsync(new RunOptions { CellTimeout = TimeSpan.FromSeconds(2) });
        Assert.Equal("TimeoutException", result.Failure!.ErrorName);
        Assert.Contains("longer than its limit of 2 s", Outputs(saved, 0));
    }

    [Fact]
    public async Task A_cancelled_run_saves_and_throws()
    {
        using var notebook = new TestNotebook("\"done\"", "await Task.Delay(-1);");
        using var cancel = new CancellationTokenSource();
        var run = notebook.RunAsync(null, cancel.Token);
        while (!run.IsCompleted && NotebookFile.Read(notebook.File.Path).Cells[0].Outputs.Count == 0)
        {
            await Task.Delay(50);
        }
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Contains("done", Outputs(NotebookFile.Read(notebook.File.Path), 0));
    }

    [Fact]
    public async Task Relative_paths_start_at_the_notebook_and_load_reads_a_script_there()
    {
        using var notebook = new TestNotebook("#load \"more.csx\"\nMore()", "File.Exists(\"more.csx\")");
        File.WriteAllText(Path.Combine(notebook.Folder, "more.csx"), "int More() => 99;");
        var (_, saved) = await notebook.RunAsync();
        Assert.Contains("\"99\"", Outputs(saved, 0));
        Assert.Contains("\"True\"", Outputs(saved, 1));
    }
}
