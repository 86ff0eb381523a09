using System.Text;

namespace ITContrast.Notebooks.Worker;

/// <summary>
/// Console text in batches: a line a message would make a cell that prints ten thousand lines slow. The first text after a pause leaves at
/// once, so that a cell which then crashes has said it; what follows leaves after 50 ms, at 32 kB, when the stream changes between stdout and
/// stderr, and before a display. Beyond the limit it is dropped, with one note.
/// </summary>
internal sealed class ConsoleText
{
    private const int Batch = 32 << 10;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);
    private readonly Action<string, string> send;
    private readonly Action check;
    private readonly Lock gate = new();
    private readonly StringBuilder text = new();
    private readonly Timer timer;
    private string stream = "stdout";
    private long left = long.MaxValue;
    private long sent;

    /// <param name="send">Takes the stream's name and a batch of its text.</param>
    /// <param name="check">Called before each write; may throw.</param>
    public ConsoleText(Action<string, string> send, Action check)
    {
        (this.send, this.check) = (send, check);
        timer = new Timer(_ => Flush());
    }

    /// <summary>Starts a new allowance of characters.</summary>
    public void Allow(long characters)
    {
        lock (gate)
        {
            left = characters;
        }
    }

    /// <summary>A writer for <c>stdout</c> or <c>stderr</c>.</summary>
    public TextWriter Writer(string name) => new StreamWriter(this, name);

    /// <summary>Sends what is buffered, now.</summary>
    public void Flush()
    {
        lock (gate)
        {
            FlushLocked();
        }
    }

    private void Write(string name, ReadOnlySpan<char> value)
    {
        lock (gate)
        {
            if (name != stream)
            {
                FlushLocked();
                stream = name;
            }
            if (left <= 0)
            {
                return;
            }
            var first = text.Length == 0;
            text.Append(value[..(int)Math.Min(value.Length, left)]);
            left -= value.Length;
            if (left <= 0)
            {
                text.Append($"\n(Output cut: a cell shows at most {CellOutput.TextLimit >> 20} MB of text. Write the rest to a file.)\n");
            }
            if (text.Length >= Batch || (first && Environment.TickCount64 - sent > Delay.TotalMilliseconds))
            {
                FlushLocked();
            }
            else if (first)
            {
                timer.Change(Delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void FlushLocked()
    {
        if (text.Length > 0)
        {
            send(stream, text.ToString());
            text.Clear();
            sent = Environment.TickCount64;
        }
    }

    private sealed class StreamWriter(ConsoleText console, string name) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Whole([value]);

        public override void Write(char[] buffer, int index, int count) => Whole(buffer.AsSpan(index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Whole(buffer);

        public override void Write(string? value) => Whole(value);

        public override void WriteLine(string? value) => Whole(value + "\n");

        public override void WriteLine() => Whole("\n");

        public override void Flush() => console.Flush();

        // An abort of the cell's thread waits for a finally block, so the buffer is never left half-changed.
        private void Whole(ReadOnlySpan<char> value)
        {
            console.check();
            try
            {
            }
            finally
            {
                console.Write(name, value);
            }
        }
    }
}
