using System.Buffers.Binary;
using System.Text;

namespace ITContrast.Torch;

/// <summary>
/// The header of an <c>.npy</c> file, versions 1 to 3: magic, version, length, then a Python dictionary
/// <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c> padded with spaces and ended by a newline.
/// </summary>
/// <param name="Type">What one element is.</param>
/// <param name="Shape">Extents.</param>
/// <param name="Length">Bytes before the data.</param>
internal sealed record NpyHeader(ElementType Type, long[] Shape, int Length)
{
    // A header of plain numbers needs some hundred bytes; numpy itself refuses to parse more than this.
    private const int Longest = 10_000;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <exception cref="DataFileException">The bytes are no header of a supported array.</exception>
    public static NpyHeader Parse(MappedFile file)
    {
        DataFileException Bad(string problem) => new(file.Path, problem);
        int available = (int)Math.Min(file.Length, 12 + Longest);
        ReadOnlySpan<byte> bytes = file.Bytes(0, available);
        if (available < 10 || !bytes.StartsWith(Magic))
            throw Bad($"not an .npy file: expected the 6 bytes \\x93NUMPY at its start{(file.Length < 10 ? $", but it has only {file.Length} bytes" : "")}.");
        int version = bytes[6];
        if (version is < 1 or > 3) throw Bad($"is .npy version {version}.{bytes[7]}; versions 1 to 3 are known. Save it again with a current numpy.");
        int fixedPart = version == 1 ? 10 : 12;
        if (available < fixedPart) throw Bad($"ends after {available} bytes, inside the header.");
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (length > Longest && fixedPart + length <= file.Length) throw Bad($"has a header of {length} bytes; at most {Longest} are read.");
        if (fixedPart + length > file.Length) throw Bad($"ends inside the header: {fixedPart + length} bytes announced, {file.Length} there.");
        string text = (version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes.Slice(fixedPart, (int)length));
        var (descr, fortran, shape) = new NpyDictionary(file.Path, text).Read();
        ElementType type = NpyTypes.Parse(descr) ?? throw Bad(NpyTypes.Refusal(descr));
        if (fortran && shape.Length > 1)
            throw Bad("is in Fortran order (columns first). Save it in C order: np.save(path, np.ascontiguousarray(a)).");
        return new NpyHeader(type, shape, fixedPart + (int)length);
    }

    /// <summary>A version-1 header of exactly <paramref name="size"/> bytes (a multiple of 64), or of the least such size.</summary>
    public static byte[] Format(ElementType type, ReadOnlySpan<long> shape, int size = 0)
    {
        var text = new StringBuilder($"{{'descr': '{NpyTypes.Format(type)}', 'fortran_order': False, 'shape': (");
        for (int i = 0; i < shape.Length; i++) text.Append(i == 0 ? "" : " ").Append(shape[i]).Append(shape.Length == 1 || i < shape.Length - 1 ? "," : "");
        text.Append("), }");
        int least = (10 + text.Length + 1 + 63) / 64 * 64;
        var header = new byte[Math.Max(least, size)];
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(header.Length - 10));
        header.AsSpan(10).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text.ToString(), header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }
}
