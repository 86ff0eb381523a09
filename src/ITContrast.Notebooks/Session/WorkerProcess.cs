using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipes;
using System.Text.Json.Nodes;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Session;

/// <summary>One worker process: its pipe, the requests it has not answered yet, and what it printed before it died.</summary>
internal sealed class WorkerProcess
{
    // A worker that died says why at the end of what it printed, which a loaded machine reads slowly; one that was ended has nothing to say.
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(1);

    private readonly Process process;

    // One wait for all who wait: several at once take each other's handlers off the process, and one of them then waits for ever.
    private readonly Task exited;
    private readonly MessagePipe pipe;
    private readonly Action<Message> unsolicited;
    private readonly NativeOutput native;
    private readonly ConcurrentDictionary<string, Pending> pending = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MemoryGuard? guard;
    private string? killedBecause;

    private sealed record Pending(Action<Message> OnMessage, TaskCompletionSource<Message?> Reply);

    private WorkerProcess(Process process, Task exited, MessagePipe pipe, NativeOutput native, Action<Message> unsolicited, long? memoryLimit)
    {
        guard = memoryLimit is { } limit ? new MemoryGuard(process.Id, limit, Kill) : null;
        (this.process, this.exited, this.pipe, this.native, this.unsolicited) = (process, exited, pipe, native, unsolicited);
        native.OnText += (name, text) => Deliver(new Message(MessageTypes.Stream, new JsonObject { ["name"] = name, ["text"] = text })
        {
            Parent = pending.Keys.FirstOrDefault(),
        });
        _ = Task.Run(ReadAsync);
    }

    /// <summary>Whether the process has ended and every pending request was told so.</summary>
    public bool HasEnded => ended.Task.IsCompleted;

    /// <summary>The process id.</summary>
    public int ProcessId => process.Id;

    /// <summary>What its threads have computed so far, all together; zero once it has ended.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            try
            {
                process.Refresh();
                return process.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                return TimeSpan.Zero;
            }
        }
    }

    /// <summary>Why the process ended, in words.</summary>
    public string CauseOfDeath => killedBecause ?? WorkerDeath.Describe(process.ExitCode, native.CrashText)
        + (Stopping ? ", while the cell was made to stop; all variables are lost" : "");

    /// <summary>Whether the running request was interrupted: an abort of code that cannot bear it may end the process.</summary>
    public bool Stopping { get; set; }

    /// <summary>The first lines of what the runtime printed when it crashed.</summary>
    public IEnumerable<string> LastWords => killedBecause is null ? WorkerDeath.Excerpt(native.CrashText) : [];

    /// <summary>Starts the process and waits for its <c>ready</c>.</summary>
    public static async Task<WorkerProcess> StartAsync(SessionOptions options, Action<Message> unsolicited, CancellationToken cancellationToken)
    {
        var name = $"itc-{Environment.ProcessId}-{Guid.NewGuid():N}"[..28];
        var server = new NamedPipeServerStream(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        var start = new ProcessStartInfo(options.Worker.FileName, [.. options.Worker.Arguments, name])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingDirectory ?? Environment.CurrentDirectory,
        };
        foreach (var (key, value) in options.Environment)
        {
            start.Environment[key] = value;
        }
        // Instrumenting code for a later, better compilation costs a notebook more in its first seconds than it gives back.
        start.Environment.TryAdd("DOTNET_TieredPGO", "0");
        var process = Process.Start(start) ?? throw new NotebookException($"{options.Worker.FileName} did not start.");
        process.StandardInput.Close();
        var native = new NativeOutput(process);
        var exited = process.WaitForExitAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.StartLimit);
        try
        {
            var connected = server.WaitForConnectionAsync(limit.Token);
            if (await Task.WhenAny(connected, exited).ConfigureAwait(false) != connected && !server.IsConnected)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await native.DrainAsync(LastWordsPatience).ConfigureAwait(false);
                throw new NotebookException($"The notebook worker ({options.Worker.FileName}) ended before it was ready: {WorkerDeath.Describe(process.HasExited ? process.ExitCode : 0, native.CrashText)} {native.Tail}");
            }
            await connected.ConfigureAwait(false);
            // Nobody else connects: without its file the pipe leaves nothing behind, however this process ends.
            File.Delete(Path.Combine(Path.GetTempPath(), $"CoreFxPipe_{name}"));
            var pipe = new MessagePipe(server);
            if (await pipe.ReceiveAsync(limit.Token).ConfigureAwait(false) is not { Type: MessageTypes.Ready })
            {
                throw new NotebookException("The notebook worker said nothing on its pipe; is the program of another version?");
            }
            return new WorkerProcess(process, exited, pipe, native, unsolicited, options.MemoryLimit);
        }
        catch (Exception e)
        {
            End(process);
            await server.DisposeAsync().ConfigureAwait(false);
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new NotebookException($"The notebook worker was not ready within {options.StartLimit.TotalSeconds:0} s.", e);
            }
            throw;
        }
    }

    /// <summary>Sends a request; the task gives its reply, or null when the worker ended first.</summary>
    public Task<Message?> RequestAsync(Message request, Action<Message> onMessage)
    {
        var waiting = new Pending(onMessage, new TaskCompletionSource<Message?>(TaskCreationOptions.RunContinuationsAsynchronously));
        pending[request.Id] = waiting;
        if (!TrySend(request) || HasEnded)
        {
            _ = ended.Task.ContinueWith(_ => waiting.Reply.TrySetResult(null), TaskScheduler.Default);
        }
        return waiting.Reply.Task;
    }

    /// <summary>Sends without waiting; false when the worker is gone.</summary>
    public bool TrySend(Message message)
    {
        try
        {
            pipe.Send(message);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Kills the process; <paramref name="why"/> becomes the cause of death.</summary>
    public void Kill(string why)
    {
        killedBecause ??= why;
        End(process);
    }

    /// <summary>Asks the process to end, kills it when it does not within a second, and waits until all is told.</summary>
    public async Task ShutdownAsync()
    {
        killedBecause ??= "the session was ended";
        TrySend(new Message(MessageTypes.ShutdownRequest, []));
        try
        {
            await exited.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            End(process);
        }
        await ended.Task.ConfigureAwait(false);
    }

    private async Task ReadAsync()
    {
        while (await pipe.ReceiveAsync().ConfigureAwait(false) is { } message)
        {
            Deliver(message);
        }
        // A closed pipe comes just before the end of the process; one that lingers without its pipe is of no use.
        try
        {
            await exited.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            End(process);
            await exited.ConfigureAwait(false);
        }
        await native.DrainAsync(killedBecause is null ? LastWordsPatience : Patience).ConfigureAwait(false);
        ForgetDebugger(process.Id);
        guard?.Dispose();
        ended.SetResult();
        foreach (var waiting in pending.Values)
        {
            waiting.Reply.TrySetResult(null);
        }
        pipe.Dispose();
    }

    private void Deliver(Message message)
    {
        if (message.Parent is null || !pending.TryGetValue(message.Parent, out var waiting))
        {
            unsolicited(message);
        }
        else if (message.Type.EndsWith("_reply", StringComparison.Ordinal))
        {
            pending.TryRemove(message.Parent, out _);
            waiting.Reply.TrySetResult(message);
        }
        else
        {
            lock (waiting)
            {
                waiting.OnMessage(message);
            }
        }
    }

    /// <summary>A killed runtime leaves the pipes behind at which a debugger would have found it.</summary>
    private static void ForgetDebugger(int processId)
    {
        foreach (var pattern in new[] { $"clr-debug-pipe-{processId}-*", $"dotnet-diagnostic-{processId}-*" })
        {
            try
            {
                foreach (var file in Directory.GetFiles(Path.GetTempPath(), pattern))
                {
                    File.Delete(file);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Temporary files of no content; whoever clears the folder takes them.
            }
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }
}
