using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace ITContrast.Torch;

/// <summary>
/// A reader of Python's pickle format that builds values and executes nothing: no opcode here calls, imports or instantiates anything. What stands for
/// a call in the stream (<c>REDUCE</c>) goes to a closed list (<see cref="PickleGlobals"/>).
/// </summary>
/// <param name="path">The file, for errors.</param>
/// <param name="bytes">The stream; it may go on after the pickle's end.</param>
/// <param name="rebuild">Makes tensors and resolves references to storages.</param>
internal ref struct PickleReader(string path, ReadOnlySpan<byte> bytes, TorchRebuild rebuild)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<long, object?> memo = [];

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Reads one pickle, to its <c>STOP</c>.</summary>
    /// <exception cref="DataFileException">The stream is broken, or holds something that is not read.</exception>
    public object? Read()
    {
        while (true)
        {
            int at = Position;
            byte opcode = Take(1)[0];
            if (opcode == '.') return stack.Count == 1 && marks.Count == 0 ? stack[0] : throw Bad($"its pickle ends with {stack.Count} values instead of one");
            Step(opcode, at);
        }
    }

    private void Step(byte opcode, int at)
    {
        switch (opcode)
        {
            case 0x80: Version(Take(1)[0]); break;
            case 0x95: Take(8); break;
            case (byte)'(': marks.Add(stack.Count); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopMark(); break;
            case (byte)'2': Push(Peek()); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'I': Push(Line() switch { "01" => true, "00" => false, string text => Number(text) }); break;
            case (byte)'L': Push(Number(Line().TrimEnd('L'))); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case (byte)'K': Push((long)Take(1)[0]); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 0x8a: Push(Long(Take(Take(1)[0]))); break;
            case (byte)'F':
                Push(double.TryParse(Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw Bad("a number is not one"));
                break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case (byte)'U': Push(Encoding.Latin1.GetString(Take(Take(1)[0]))); break;
            case (byte)'T': Push(Encoding.Latin1.GetString(Take(Length(4)))); break;
            case (byte)'X': Push(Text(Take(Length(4)))); break;
            case 0x8c: Push(Text(Take(Take(1)[0]))); break;
            case 0x8d: Push(Text(Take(Length(8)))); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'l': Push(new List<object?>(PopMark())); break;
            case (byte)'a': { object? item = Pop(); PeekAs<List<object?>>("a list").Add(item); break; }
            case (byte)'e': { object?[] items = PopMark(); PeekAs<List<object?>>("a list").AddRange(items); break; }
            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'t': Push(PopMark()); break;
            case >= 0x85 and <= 0x87: Push(PopMany(opcode - 0x84)); break;
            case (byte)'}': Push(new TorchDictionary()); break;
            case (byte)'d': { object?[] items = PopMark(); Push(new TorchDictionary()); SetItems(items); break; }
            case (byte)'s': SetItems(PopMany(2)); break;
            case (byte)'u': SetItems(PopMark()); break;
            case (byte)'c': Push(Global(Line(), Line())); break;
            case 0x93: { object? name = Pop(), module = Pop(); Push(Global(module as string, name as string)); break; }
            case (byte)'R':
            {
                object?[] arguments = PopAs<object?[]>("a tuple of arguments");
                Push(rebuild.Call(PopAs<PickleGlobal>("a known name"), arguments));
                break;
            }
            case (byte)'b': Build(Pop()); break;
            case (byte)'Q': Push(rebuild.Storage(Pop())); break;
            case (byte)'p': memo[Index(Line())] = Peek(); break;
            case (byte)'q': memo[Take(1)[0]] = Peek(); break;
            case (byte)'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
            case 0x94: memo[memo.Count] = Peek(); break;
            case (byte)'g': Push(Recall(Index(Line()))); break;
            case (byte)'h': Push(Recall(Take(1)[0])); break;
            case (byte)'j': Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case (byte)'i': throw Refuse($"{Line()}.{Line()}");
            default:
                throw new DataFileException(
                    path, $"its pickle has opcode 0x{opcode:x2} at byte {at}, which no file of plain tensors needs; nothing of it was executed.");
        }
    }

    private readonly void Version(byte version)
    {
        if (version > 5) throw Bad($"its pickle has protocol {version}; 5 is the last one known");
    }

    private readonly PickleGlobal Global(string? module, string? name) =>
        PickleGlobals.Find(module ?? "?", name ?? "?") ?? throw Refuse($"{module}.{name}");

    // The state of a state_dict is its _metadata (version numbers of modules); a dictionary of anything else would be an object's attributes.
    private readonly void Build(object? state)
    {
        if (Peek() is not TorchDictionary || state is not TorchDictionary { } attributes || attributes.Any(item => item.Key is not "_metadata"))
            throw Refuse("object state (BUILD)");
    }

    private readonly void SetItems(object?[] items)
    {
        var target = PeekAs<TorchDictionary>("a dictionary");
        if (items.Length % 2 != 0) throw Bad("a dictionary key has no value");
        for (int i = 0; i < items.Length; i += 2)
        {
            if (items[i] is not (string or long)) throw Bad($"a dictionary key is {TorchRebuild.Describe(items[i])}; texts and whole numbers are read");
            target.Set(items[i]!, items[i + 1]);
        }
    }

    private readonly object? Recall(long index) =>
        memo.TryGetValue(index, out object? value) ? value : throw Bad($"its pickle recalls value {index}, which it never stored");

    private readonly void Push(object? value) => stack.Add(value);

    private readonly object? Peek() => stack.Count > Floor ? stack[^1] : throw Bad("its pickle takes a value that is not there");

    private readonly int Floor => marks.Count > 0 ? marks[^1] : 0;

    private readonly object? Pop()
    {
        object? value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private readonly object?[] PopMany(int count) =>
        stack.Count - Floor >= count ? Cut(stack.Count - count) : throw Bad("its pickle takes a value that is not there");

    private readonly object?[] PopMark()
    {
        if (marks.Count == 0) throw Bad("its pickle closes a group that was not opened");
        int from = marks[^1];
        marks.RemoveAt(marks.Count - 1);
        return Cut(from);
    }

    private readonly object?[] Cut(int from)
    {
        object?[] values = [.. stack[from..]];
        stack.RemoveRange(from, stack.Count - from);
        return values;
    }

    private readonly T PopAs<T>(string what) where T : class => Pop() as T ?? throw Bad($"its pickle needs {what} where it has something else");

    private readonly T PeekAs<T>(string what) where T : class => Peek() as T ?? throw Bad($"its pickle needs {what} where it has something else");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - Position)
            throw Bad($"its pickle ends early, {count} bytes wanted and {bytes.Length - Position} there. Was the file cut short?");
        Position += count;
        return bytes.Slice(Position - count, count);
    }

    private int Length(int width)
    {
        ulong length = width == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) : BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        return length <= (ulong)(bytes.Length - Position)
            ? (int)length
            : throw Bad($"a text of {length} bytes is announced and {bytes.Length - Position} are there");
    }

    private string Line()
    {
        int length = bytes[Position..].IndexOf((byte)'\n');
        if (length is < 0 or > 1000) throw Bad("a line of its pickle has no end");
        string line = Encoding.Latin1.GetString(Take(length));
        Position++;
        return line;
    }

    private readonly string Text(ReadOnlySpan<byte> utf8)
    {
        // Python writes lone surrogates where a text had bytes that were none; a name made of them could not be found again.
        return System.Text.Unicode.Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw Bad("a text is not UTF-8");
    }

    private static object Long(ReadOnlySpan<byte> little)
    {
        var value = new BigInteger(little);
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    private readonly object Number(string text) => BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value)
        ? value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value : throw Bad("a whole number is not one");

    private readonly long Index(string text) => Number(text) as long? ?? throw Bad("an index is out of range");

    private readonly DataFileException Bad(string problem) => new(path, $"{problem} (byte {Position} of the pickle).");

    private readonly DataFileException Refuse(string name) => new(path, PickleGlobals.Refusal(name));
}
