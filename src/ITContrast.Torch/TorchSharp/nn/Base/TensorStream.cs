using System.Text;

namespace TorchSharp;

/// <summary>
/// TorchSharp's own tensor format: dtype, number of dimensions and extents as LEB128 numbers, then the elements in C order, little-endian.
/// </summary>
internal static class TensorStream
{
    private const int MostDimensions = 64;
    private const int PieceBytes = 1 << 20;

    public static void Encode(BinaryWriter writer, long value)
    {
        var rest = (ulong)value;
        while (rest > 0x7F)
        {
            writer.Write((byte)(rest | 0x80));
            rest >>= 7;
        }
        writer.Write((byte)rest);
    }

    /// <exception cref="InvalidDataException">The number does not fit 63 bits.</exception>
    public static long Decode(BinaryReader reader)
    {
        ulong value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var next = reader.ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return (long)value;
        }
        throw new InvalidDataException("A number in the module file is longer than 63 bits; the file is damaged or of another format.");
    }

    public static void Write(BinaryWriter writer, torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        var host = tensor.detach().cpu().contiguous();
        Encode(writer, (int)host.dtype);
        Encode(writer, host.ndim);
        foreach (var size in host.shape) Encode(writer, size);
        writer.Write(host.bytes);
    }

    /// <summary>A tensor on the CPU, of the caller's scope.</summary>
    /// <exception cref="InvalidDataException">The type or the shape is impossible, or the file ends too early.</exception>
    public static torch.Tensor Read(BinaryReader reader, string name)
    {
        var type = (torch.ScalarType)Decode(reader);
        if (!Enum.IsDefined(type))
            throw new InvalidDataException($"'{name}' has the unknown element type {(long)type}; the file is damaged or of another format.");
        var dimensions = Decode(reader);
        if (dimensions > MostDimensions)
            throw new InvalidDataException($"'{name}' claims {dimensions} dimensions; the file is damaged or of another format.");
        var shape = new long[dimensions];
        for (var i = 0; i < shape.Length; i++) shape[i] = Decode(reader);
        using var probe = torch.empty([0], type);
        CheckLength(reader.BaseStream, name, shape, probe.ElementSize);
        var tensor = torch.empty(shape, type);
        var bytes = tensor.bytes;
        for (var at = 0; at < bytes.Length;)
        {
            var read = reader.Read(bytes.Slice(at, Math.Min(PieceBytes, bytes.Length - at)));
            if (read == 0) throw new InvalidDataException($"'{name}' needs {bytes.Length} bytes, but the file ends after {at}; was it cut short?");
            at += read;
        }
        return tensor;
    }

    public static string ReadName(BinaryReader reader)
    {
        try
        {
            return reader.ReadString();
        }
        catch (Exception error) when (error is EndOfStreamException or FormatException or DecoderFallbackException)
        {
            throw new InvalidDataException("The name of a tensor could not be read; the file is damaged or was cut short.", error);
        }
    }

    // Before memory is taken, so that a damaged extent cannot ask for terabytes.
    private static void CheckLength(Stream stream, string name, long[] shape, long elementSize)
    {
        // An extent of zero hides no impossible one beside it; the bound keeps the product from going round.
        var bytes = (Int128)elementSize;
        var claimed = bytes;
        foreach (var size in shape) (bytes, claimed) = (Int128.Min(bytes * size, long.MaxValue), Int128.Min(claimed * Math.Max(size, 1), long.MaxValue));
        if (claimed > int.MaxValue)
            throw new InvalidDataException(
                $"'{name}' claims the shape [{string.Join(", ", shape)}], {claimed} bytes; the format holds 2 GiB a tensor.");
        if (stream.CanSeek && bytes > stream.Length - stream.Position)
            throw new InvalidDataException(
                $"'{name}' needs {bytes} bytes, but only {stream.Length - stream.Position} are left; was the file cut short?");
    }
}
