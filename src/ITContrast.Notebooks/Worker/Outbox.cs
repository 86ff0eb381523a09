using System.Threading.Channels;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Worker;

/// <summary>
/// The worker's outgoing messages, in order. Cells only put into it; one task writes the pipe, because a cell's thread may be aborted
/// at any instruction and must never be in the middle of a message.
/// </summary>
internal sealed class Outbox
{
    private readonly Channel<Message> channel = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task writing;

    public Outbox(MessagePipe pipe) => writing = Task.Run(async () =>
    {
        await foreach (var message in channel.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            pipe.Send(message);
        }
    });

    /// <summary>Queues a message. The finally block is not for an exception: an abort of the thread waits until it is left.</summary>
    public void Send(Message message)
    {
        try
        {
        }
        finally
        {
            channel.Writer.TryWrite(message);
        }
    }

    /// <summary>Waits until everything queued is written.</summary>
    public Task CloseAsync()
    {
        channel.Writer.TryComplete();
        return writing;
    }
}
