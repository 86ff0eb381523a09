using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using ITContrast.Training;

namespace ITContrast.Experiments.Slurm;

/// <summary>
/// Works on the cells of one task, one process after the other, so that a crash costs one cell. What is finished, or held by another process, is passed over at
/// once.
/// Told to stop (SIGTERM), it lets the cell write its checkpoint, notes why, and goes back into the queue where the reason is the time limit.
/// </summary>
/// <param name="sweep">The sweep.</param>
/// <param name="program">The program that trains: called as <c>PROGRAM train --config FILE --runs STORE</c>.</param>
/// <param name="task">This task, as <c>ARRAY_TASK</c>.</param>
/// <param name="signalSeconds">Seconds before the limit at which Slurm warns.</param>
/// <param name="mostTimeouts">How often a cell may reach its time limit.</param>
public sealed class SlurmWorker(Sweep sweep, IReadOnlyList<string> program, string task, int signalSeconds, int mostTimeouts)
{
    private const int LastLines = 8;
    // Slurm looks at limits twice a minute and may warn a minute early.
    private const int SlurmResolution = 60;

    /// <summary>Everything that a cell's process writes is passed on here, line by line. Null for nowhere.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Works on the cells of a task.</summary>
    /// <param name="number">The task's number.</param>
    /// <param name="stop">Cancelled by SIGTERM.</param>
    /// <returns>0 when no cell failed; 1 when one did; 130 when it was stopped.</returns>
    public async Task<int> RunAsync(int number, CancellationToken stop)
    {
        var failed = false;
        foreach (var cell in sweep.CellsOf(number))
        {
            var run = sweep.RunOf(cell);
            if (run.IsFinished || run.IsHeld) continue;
            var before = CellRecord.Read(sweep.RecordPath(cell));
            var record = before with
            {
                End = CellEnd.Working,
                Task = task,
                Host = Dns.GetHostName(),
                Kills = before.Kills + (before.End == CellEnd.Working ? 1 : 0),
                Message = "",
            };
            var (code, lines) = (0, "");
            if (!stop.IsCancellationRequested)
            {
                record.Write(sweep.RecordPath(cell));
                (code, lines) = await TrainAsync(cell, stop);
            }
            if (stop.IsCancellationRequested && !run.IsFinished)
            {
                var (ended, again) = Stopped(record, lines);
                ended.Write(sweep.RecordPath(cell));
                if (again) SlurmClient.Requeue(task);
                return 130;
            }
            record = Ended(record, run, code, lines);
            record.Write(sweep.RecordPath(cell));
            failed |= record.End == CellEnd.Failed;
        }
        return failed ? 1 : 0;
    }

    private static CellRecord Ended(CellRecord record, RunFolder run, int code, string lines) =>
        run.IsFinished ? record with { End = CellEnd.Finished }
        : code == 0
            ? record with
            {
                End = CellEnd.Failed,
                Message =
                    $"The process ended well, but there is no run {run.Name}: data, torch or its number of threads differ between this machine and the one that submitted.",
            }
        : record with { End = CellEnd.Failed, Message = $"exit code {code}{(code > 128 ? $" (killed by signal {code - 128})" : "")}\n{lines}" };

    // Again: whether the task must put itself back into the queue. A task that ends within the time that Slurm grants it counts as ended, not as pre-empted.
    private (CellRecord Record, bool Again) Stopped(CellRecord record, string lines)
    {
        var job = File.Exists(sweep.CancelPath) ? null : SlurmClient.Show(task);
        // Whoever takes a job from its machine leaves another state; a warning finds it running.
        if (job is null or { State: "CANCELLED" }) return (record with { End = CellEnd.Stopped }, false);
        if (job.State != "RUNNING" || job.SecondsLeft is not { } left || left > signalSeconds + SlurmResolution)
            return (record with { End = CellEnd.Stopped, Preemptions = record.Preemptions + 1 }, job.State == "RUNNING");
        return record.Timeouts < mostTimeouts
            ? (record with { End = CellEnd.Stopped, Timeouts = record.Timeouts + 1 }, true)
            : (
                record with
                {
                    End = CellEnd.Failed,
                    Timeouts = record.Timeouts + 1,
                    Message = $"It reached its time limit {record.Timeouts + 1} times. Give it more time, or allow more (mostTimeouts).\n{lines}",
                },
                false);
    }

    private async Task<(int Code, string Lines)> TrainAsync(SweepCell cell, CancellationToken stop)
    {
        var file = sweep.File(Path.Combine("cells", FormattableString.Invariant($"{cell.Number:D4}.config.json")));
        RunFolder.Write(file, new JsonObject { ["config"] = cell.Config.ToJson() });
        using var process = new Process
        {
            StartInfo = new(program[0], [.. program.Skip(1), "train", "--config", file, "--runs", sweep.Store.Folder])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            },
        };
        Queue<string> last = new();
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        // Slurm signals the whole step; the process that was told already ignores being told again.
        await using var told = stop.Register(() => Signal.Terminate(process.Id));
        await process.WaitForExitAsync(CancellationToken.None);
        lock (last) return (process.ExitCode, string.Join('\n', last));

        void Take(string? line)
        {
            if (line is null) return;
            lock (last)
            {
                if (line.Trim().Length > 0) last.Enqueue(line.Trim());
                if (last.Count > LastLines) last.Dequeue();
                Log?.Invoke(line);
            }
        }
    }
}
