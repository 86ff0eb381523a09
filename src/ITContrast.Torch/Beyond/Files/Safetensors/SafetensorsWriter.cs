using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ITContrast.Torch;

/// <summary>
/// Writes a safetensors file front to back: the tensors are announced, then their elements are appended in that order, in pieces of any size. The last
/// one may grow (<see cref="TensorInfo.Growing"/> as its first extent), for rows that are counted as they come. The file appears under its name at
/// <see cref="Complete"/>; disposing before leaves nothing.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    private const int Alignment = 64;
    private readonly AtomicFile output;
    private readonly TensorInfo[] tensors;
    private readonly IReadOnlyDictionary<string, string> metadata;
    private readonly int headerLength;
    private readonly long rowBytes;
    private int current;
    private long written;
    private bool completed;

    /// <summary>Announces what the file will hold.</summary>
    /// <param name="path">The file that appears at <see cref="Complete"/>.</param>
    /// <param name="tensors">Names, types and shapes, wider types first, so that every tensor is aligned to its elements.</param>
    /// <param name="metadata">Texts to store with them.</param>
    /// <exception cref="ArgumentException">A name twice, a shape that is impossible, or an order that leaves tensors misaligned.</exception>
    public SafetensorsWriter(string path, IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        this.tensors = [.. tensors];
        this.metadata = metadata ?? new Dictionary<string, string>();
        rowBytes = Check();
        headerLength = Format(this.tensors.Select((info, i) => Grows(i) ? Sized(info, long.MaxValue / 2 / rowBytes) : info)).Length;
        if (headerLength > SafetensorsHeader.Longest)
            throw new ArgumentException($"{path}: names and metadata take {headerLength} bytes; the format allows {SafetensorsHeader.Longest}.");
        output = new AtomicFile(path);
        output.Stream.Write(new byte[headerLength]);
        SkipEmpty();
    }

    /// <summary>Adds elements to the tensor that is being written; a piece ends at the latest where its tensor does.</summary>
    /// <exception cref="ArgumentException">Another element type, or more elements than were announced.</exception>
    public void Append<T>(ReadOnlySpan<T> elements) where T : unmanaged
    {
        if (elements.IsEmpty) return;
        ElementType type = Current.Type;
        if (!type.ReadableAs<T>() && type != ElementTypes.Of<T>())
            throw new ArgumentException($"{output.Path}: {Current.Describe()} is being written; {typeof(T).Name} came.");
        Append(MemoryMarshal.AsBytes(elements));
    }

    /// <summary>Adds raw little-endian bytes to the tensor that is being written.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        if (!Grows(current) && bytes.Length > Current.Bytes - written)
            throw new ArgumentException($"{output.Path}: {Current.Describe()} has {Current.Bytes} bytes; {written + bytes.Length} came.");
        output.Stream.Write(bytes);
        written += bytes.Length;
        SkipEmpty();
    }

    /// <summary>Adds the elements of a tensor, wherever and however it lies, in C order.</summary>
    /// <exception cref="ArgumentException">Another element type, or more elements than were announced.</exception>
    public void Append(TorchSharp.torch.Tensor tensor)
    {
        if ((ElementType)tensor.dtype != Current.Type)
            throw new ArgumentException($"{output.Path}: {Current.Describe()} is being written; {tensor.dtype} came.");
        TensorBytes.Read(tensor, (_, piece) => Append((ReadOnlySpan<byte>)piece));
    }

    /// <summary>Writes the header and makes the file appear.</summary>
    /// <exception cref="InvalidOperationException">Elements are missing.</exception>
    public void Complete(WriteOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(completed, this);
        if (current < tensors.Length && Grows(current))
        {
            if (written % rowBytes != 0)
                throw new InvalidOperationException($"{output.Path}: {Current.Describe()} ends inside a row: {written} bytes came and a row has {rowBytes}.");
            tensors[current] = Sized(Current, written / rowBytes);
            current++;
        }
        if (current < tensors.Length)
            throw new InvalidOperationException($"{output.Path}: {Current.Describe()} needs {Current.Bytes} bytes; {written} came.");
        completed = true;
        output.Stream.Position = 0;
        output.Stream.Write(Format(tensors, headerLength));
        output.Commit(options);
    }

    /// <summary>Without <see cref="Complete"/>, deletes what was written.</summary>
    public void Dispose() => output.Dispose();

    private TensorInfo Current => current < tensors.Length && !completed ? tensors[current]
        : throw new InvalidOperationException($"{output.Path}: every tensor that was announced is complete.");

    private bool Grows(int index) => tensors[index].Shape is [TensorInfo.Growing, ..];

    private static TensorInfo Sized(TensorInfo info, long rows) => info with { Shape = [rows, .. info.Shape[1..]] };

    private void SkipEmpty()
    {
        while (current < tensors.Length && !Grows(current) && written == tensors[current].Bytes) (current, written) = (current + 1, 0);
    }

    private long Check()
    {
        long at = 0;
        var names = new HashSet<string> { "__metadata__" };
        for (int i = 0; i < tensors.Length; i++)
        {
            TensorInfo info = Grows(i) && i == tensors.Length - 1 ? Sized(tensors[i], 1) : tensors[i];
            _ = SafetensorsTypes.Format(info.Type);
            if (!names.Add(info.Name)) throw new ArgumentException($"Tensor name '{info.Name}' is taken.");
            long bytes = info.Bytes ?? throw new ArgumentException($"Tensor {info.Describe()} has an impossible shape (only the last may grow).");
            if (at % info.Type.Size() != 0) throw new ArgumentException($"Tensor {info.Describe()} would be misaligned: announce wider types first.");
            if (Grows(i)) return bytes > 0 ? bytes : throw new ArgumentException($"Tensor {info.Describe()} has empty rows and cannot grow.");
            at = checked(at + bytes);
        }
        return 0;
    }

    private byte[] Format(IEnumerable<TensorInfo> infos, int size = 0)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) writer.WriteString(key, value);
                writer.WriteEndObject();
            }
            long at = 0;
            foreach (TensorInfo info in infos)
            {
                writer.WriteStartObject(info.Name);
                writer.WriteString("dtype", SafetensorsTypes.Format(info.Type));
                Array(writer, "shape", info.Shape);
                Array(writer, "data_offsets", [at, at += info.Bytes!.Value]);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        var header = new byte[Math.Max(size, (8 + (int)json.Length + Alignment - 1) / Alignment * Alignment)];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)header.Length - 8);
        json.GetBuffer().AsSpan(0, (int)json.Length).CopyTo(header.AsSpan(8));
        return header;
    }

    private static void Array(Utf8JsonWriter writer, string name, ReadOnlySpan<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (long number in numbers) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }
}
