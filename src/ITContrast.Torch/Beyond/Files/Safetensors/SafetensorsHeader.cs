using System.Buffers.Binary;
using System.Text.Json;

namespace ITContrast.Torch;

/// <summary>
/// The head of a safetensors file: its length in 8 bytes (little-endian), then JSON
/// <c>{"__metadata__": {text: text}, name: {"dtype": …, "shape": […], "data_offsets": [begin, end]}, …}</c>, offsets counted from the data's first byte.
/// The tensors must tile the data exactly, so that no byte of a file is outside its description.
/// </summary>
internal sealed class SafetensorsHeader
{
    // The format's own limit; a longer header would let a small file ask for much work.
    public const int Longest = 100_000_000;
    private readonly string path;

    public SafetensorsHeader(MappedFile file)
    {
        path = file.Path;
        if (file.Length < 8) throw Bad($"not a safetensors file: it has {file.Length} bytes and its header length alone takes 8.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Bytes(0, 8));
        if (length > Longest) throw Bad($"not a safetensors file: it announces a header of {length} bytes; at most {Longest} are read.");
        if ((long)length > file.Length - 8) throw Bad($"ends inside its header: {length} bytes announced, {file.Length - 8} there. Was the file cut short?");
        DataStart = 8 + (long)length;
        DataLength = file.Length - DataStart;
        ReadOnlySpan<byte> json = file.Bytes(8, (int)length);
        if (json.IsEmpty || json[0] != '{') throw Bad("not a safetensors file: its header does not start with '{'.");
        try
        {
            Read(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A reader over bytes that are no UTF-8 throws the second.
            throw Bad($"its header is not the JSON that the format asks for: {e.Message}");
        }
        CheckTiling();
    }

    public long DataStart { get; }

    public long DataLength { get; }

    /// <summary>Tensors in the order of their bytes.</summary>
    public List<Entry> Entries { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    public readonly record struct Entry(TensorInfo Info, long Begin, long End);

    private void Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        var names = new HashSet<string>();
        Expect(ref reader, JsonTokenType.StartObject, "the header");
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name)) throw Bad($"names '{name}' twice. Which one is meant cannot be known.");
            if (name == "__metadata__") ReadMetadata(ref reader);
            else Entries.Add(ReadEntry(ref reader, name));
        }
        if (reader.Read()) throw Bad("has something after its header's closing brace.");
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "__metadata__");
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            if (Next(ref reader) != JsonTokenType.String) throw Bad($"metadata '{key}' must be a text.");
            if (!Metadata.TryAdd(key, reader.GetString()!)) throw Bad($"gives metadata '{key}' twice.");
        }
    }

    private Entry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<long>? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, $"tensor '{name}'");
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            if (key == "dtype" && type == null)
            {
                if (Next(ref reader) != JsonTokenType.String) throw Bad($"tensor '{name}': dtype must be a text.");
                type = reader.GetString()!;
            }
            else if (key == "shape" && shape == null) shape = Numbers(ref reader, name, key);
            else if (key == "data_offsets" && offsets == null) offsets = Numbers(ref reader, name, key);
            else throw Bad($"tensor '{name}': unexpected or repeated key '{key}'.");
        }
        if (type == null || shape == null || offsets is not { Count: 2 }) throw Bad($"tensor '{name}' needs dtype, shape and two data_offsets.");
        ElementType element = SafetensorsTypes.Parse(type) ?? throw Bad($"tensor '{name}' has dtype {type}; known are {SafetensorsTypes.All}.");
        var info = new TensorInfo(name, element, [.. shape]);
        (long begin, long end) = (offsets[0], offsets[1]);
        if (begin > end || end > DataLength)
            throw Bad($"tensor '{name}' lies at bytes {begin} to {end} of {DataLength}. Was the file cut short?");
        if (info.Bytes != end - begin)
            throw Bad($"tensor {info.Describe()} needs {info.Bytes?.ToString() ?? "more than 2^63"} bytes and its offsets give it {end - begin}.");
        return new Entry(info, begin, end);
    }

    private List<long> Numbers(ref Utf8JsonReader reader, string name, string key)
    {
        var numbers = new List<long>();
        Expect(ref reader, JsonTokenType.StartArray, $"{key} of tensor '{name}'");
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw Bad($"{key} of tensor '{name}' must hold whole numbers of 0 or more.");
            numbers.Add(number);
        }
        return numbers;
    }

    private void CheckTiling()
    {
        Entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long at = 0;
        string before = "the start";
        foreach (Entry entry in Entries)
        {
            if (entry.Begin < at) throw Bad($"tensors {before} and '{entry.Info.Name}' overlap at byte {entry.Begin} of the data.");
            if (entry.Begin > at) throw Bad($"has a hole of {entry.Begin - at} bytes between {before} and '{entry.Info.Name}'.");
            (at, before) = (entry.End, $"'{entry.Info.Name}'");
        }
        if (at != DataLength) throw Bad($"has {DataLength - at} bytes after its last tensor.");
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (Next(ref reader) != type) throw Bad($"{what} must be {(type == JsonTokenType.StartArray ? "an array" : "an object")}.");
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : throw new JsonException("it ends too early");

    private DataFileException Bad(string problem) => new(path, problem);
}
