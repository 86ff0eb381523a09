using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ITContrast.Training;

namespace ITContrast.Experiments.Ablation;

/// <summary>
/// Computes cells in processes on this machine, a few at a time, which share its cores. Each process trains one configuration (<c>itc train --config FILE</c>),
/// so a crash costs one cell. Cells that other processes compute come last, so that several executors share a grid; their results are waited for.
/// </summary>
/// <param name="program">The program and its first arguments, to which <c>train --config FILE --runs STORE</c> is added, and <c>--wait</c> the second
/// time.</param>
/// <param name="processes">Processes at once; at least 1.</param>
public sealed class LocalExecutor(IReadOnlyList<string> program, int processes) : IAblationExecutor
{
    /// <summary>What the program ends with where another process computes its run: "try again later" (EX_TEMPFAIL of sysexits.h).</summary>
    public const int HeldExitCode = 75;

    private const int LastLines = 5;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Cell>> RunAsync(
        IReadOnlyList<RunConfig> cells, RunStore store, IProgress<Cell>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processes, 1);
        var ended = new ConcurrentDictionary<int, Cell>();
        foreach (string[] wait in new string[][] { [], ["--wait"] })
            await Parallel.ForEachAsync(
                Enumerable.Range(0, cells.Count).Where(index => !ended.ContainsKey(index)),
                new ParallelOptions { MaxDegreeOfParallelism = processes, CancellationToken = cancellation },
                async (index, token) =>
            {
                progress?.Report(new(cells[index], CellState.Running));
                var cell = await RunOneAsync(cells[index], store, wait, token);
                if (cell.State != CellState.Waiting) ended[index] = cell;
                progress?.Report(cell);
            });
        return [.. Enumerable.Range(0, cells.Count).Select(index => ended[index])];
    }

    // A process finds a finished run and ends at once, so the executor needs no rule of its own for what is done.
    private async Task<Cell> RunOneAsync(RunConfig config, RunStore store, string[] wait, CancellationToken cancellation)
    {
        var file = Path.Combine(Path.GetTempPath(), $"itc-cell-{Guid.NewGuid():N}.json");
        RunFolder.Write(file, new JsonObject { ["config"] = config.ToJson() });
        using var process = new Process
        {
            StartInfo = new(program[0], [.. program.Skip(1), "train", "--config", file, "--runs", store.Folder, .. wait])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            },
        };
        var threads = Math.Max(1, Environment.ProcessorCount / processes).ToString(CultureInfo.InvariantCulture);
        foreach (var name in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS" }) process.StartInfo.Environment.TryAdd(name, threads);
        try
        {
            process.Start();
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == 0) return new(config, CellState.Done);
            if (process.ExitCode == HeldExitCode && wait.Length == 0) return new(config, CellState.Waiting);
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
