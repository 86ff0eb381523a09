using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ITContrast.Notebooks.Display;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Worker;

/// <summary>
/// The worker process: reads requests from the pipe, runs cells one after another on the cells' thread, answers requests about code beside
/// it. A host program maps the hidden command <see cref="Session.WorkerCommand.Name"/> to <see cref="RunAsync"/>.
/// </summary>
public sealed class NotebookWorker
{
    private readonly Outbox outbox;
    private readonly CellOutput output;
    private readonly ConsoleInput input;
    private readonly CellRunner cells;
    private readonly LanguageRequests language;

    private NotebookWorker(MessagePipe pipe)
    {
        outbox = new Outbox(pipe);
        output = new CellOutput(outbox);
        input = new ConsoleInput(output);
        cells = new CellRunner(output);
        language = new LanguageRequests(cells.Chain);
    }

    /// <summary>Serves the supervisor that listens on the named pipe, until it shuts the worker down or is gone.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string pipeName)
    {
        // Ctrl-C in a terminal reaches every process of the group; what it means here is for the supervisor to say.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        var client = new NamedPipeClientStream(".", pipeName, PipeDirection.InOut, PipeOptions.Asynchronous);
        await client.ConnectAsync(10_000).ConfigureAwait(false);
        using var pipe = new MessagePipe(client);
        var worker = new NotebookWorker(pipe);
        await worker.ServeAsync(pipe).ConfigureAwait(false);
        return 0;
    }

    private async Task ServeAsync(MessagePipe pipe)
    {
        var (stdout, stderr) = output.Writers;
        Console.SetOut(stdout);
        Console.SetError(stderr);
        Console.SetIn(input);
        DisplayHub.Sink = output.Display;
        outbox.Send(new Message(MessageTypes.Ready, new JsonObject { ["pid"] = Environment.ProcessId }));
        CellRunner.WarmUp();
        while (await pipe.ReceiveAsync().ConfigureAwait(false) is { } message && message.Type != MessageTypes.ShutdownRequest)
        {
            Handle(message);
        }
        await outbox.CloseAsync().WaitAsync(TimeSpan.FromSeconds(1)).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
    }

    private void Handle(Message request)
    {
        switch (request.Type)
        {
            case MessageTypes.ExecuteRequest:
                input.Begin((bool?)request.Content["allow_stdin"] ?? false);
                _ = cells.ExecuteAsync(request).ContinueWith(done => Reply(request, done.Result), TaskScheduler.Default);
                break;
            case MessageTypes.InterruptRequest:
                cells.Interrupt();
                break;
            case MessageTypes.InputReply:
                input.Answer(request.Text("value") ?? "");
                break;
            default:
                _ = Task.Run(() => Reply(request, language.Answer(request)));
                break;
        }
    }

    private void Reply(Message request, JsonObject content) => outbox.Send(
        new Message(request.Type.Replace("_request", "_reply", StringComparison.Ordinal), content) { Parent = request.Id });
}
