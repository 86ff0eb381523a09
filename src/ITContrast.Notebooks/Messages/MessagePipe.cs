using System.Text;

namespace ITContrast.Notebooks.Messages;

/// <summary>Messages as lines of UTF-8 over a two-way stream. Sending is safe from any thread; one thread reads.</summary>
internal sealed class MessagePipe(Stream stream) : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly StreamReader reader = new(stream, Utf8, false, 1 << 16, leaveOpen: true);
    private readonly Lock gate = new();

    /// <summary>Writes one message whole.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    public void Send(Message message)
    {
        var bytes = Utf8.GetBytes(message.ToLine() + "\n");
        lock (gate)
        {
            stream.Write(bytes);
            stream.Flush();
        }
    }

    /// <summary>The next message, or null when the other side is gone.</summary>
    public async Task<Message?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line ? Message.Parse(line) : null;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Closes the stream.</summary>
    public void Dispose()
    {
        reader.Dispose();
        stream.Dispose();
    }
}
