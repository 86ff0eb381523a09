using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using ITContrast.Training;

namespace ITContrast.Experiments.Ablation;

/// <summary>
/// Computes cells in processes on this machine, a few at a time. Each process trains one configuration (<c>itc train --config FILE</c>), so a crash costs one cell;
/// the run folder's lock keeps two executors from computing one cell twice.
/// </summary>
/// <param name="program">The program and its first arguments, to which <c>train --config FILE --runs STORE</c> is added.</param>
/// <param name="processes">Processes at once; at least 1.</param>
public sealed class LocalExecutor(IReadOnlyList<string> program, int processes) : IAblationExecutor
{
    private const int LastLines = 5;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Cell>> RunAsync(IReadOnlyList<RunConfig> cells, RunStore store, IProgress<Cell>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processes, 1);
        var finished = new ConcurrentDictionary<int, Cell>();
        await Parallel.ForEachAsync(Enumerable.Range(0, cells.Count), new ParallelOptions { MaxDegreeOfParallelism = processes, CancellationToken = cancellation }, async (index, token) =>
        {
            progress?.Report(new(cells[index], CellState.Running));
            finished[index] = await RunOneAsync(cells[index], store, token);
            progress?.Report(finished[index]);
        });
        return [.. Enumerable.Range(0, cells.Count).Select(index => finished[index])];
    }

    // A process finds a finished run and ends at once, so the executor needs no rule of its own for what is done.
    private async Task<Cell> RunOneAsync(RunConfig config, RunStore store, CancellationToken cancellation)
    {
        var file = Path.Combine(Path.GetTempPath(), $"itc-cell-{Guid.NewGuid():N}.json");
        RunFolder.Write(file, new JsonObject { ["config"] = config.ToJson() });
        using var process = new Process { StartInfo = new(program[0], [.. program.Skip(1), "train", "--config", file, "--runs", store.Folder]) { RedirectStandardError = true, RedirectStandardOutput = true } };
        try
        {
            process.Start();
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == 0) return new(config, CellState.Done);
            var lines = $"{await output}\n{await errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return new(config, CellState.Failed, string.Join('\n', lines.TakeLast(LastLines)));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            File.Delete(file);
        }
    }
}
