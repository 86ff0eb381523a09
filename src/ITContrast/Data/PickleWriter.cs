using System.Buffers.Binary;
using System.Text;
using ITContrast.Torch;

namespace ITContrast.Data;

/// <summary>
/// Writes <c>{int: str}</c> as <c>torch.save</c> did before 1.6: the stream's magic number, protocol and system facts, the object, and an empty list of
/// storages, each a pickle of protocol 2. <c>torch.load</c> reads it; so does <see cref="TorchFile"/>.
/// </summary>
internal static class PickleWriter
{
    // 0x1950a86a20f9469cfc6c, as a pickled long of ten bytes.
    private static ReadOnlySpan<byte> Magic => [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'];

    public static void WriteDictionary(string path, IEnumerable<(long Key, string Value)> items)
    {
        using AtomicFile file = new(path);
        Stream stream = file.Stream;
        stream.Write(Magic);
        stream.Write([0x80, 2, (byte)'M', 0xE9, 0x03, (byte)'.']);
        stream.Write([0x80, 2, (byte)'}', (byte)'(']);
        Text(stream, "protocol_version");
        stream.Write([(byte)'M', 0xE9, 0x03]);
        Text(stream, "little_endian");
        stream.WriteByte(0x88);
        Text(stream, "type_sizes");
        stream.Write([(byte)'}', (byte)'(']);
        foreach ((string name, byte size) in new[] { ("short", (byte)2), ("int", (byte)4), ("long", (byte)4) })
        {
            Text(stream, name);
            stream.Write([(byte)'K', size]);
        }
        stream.Write("uu."u8);
        stream.Write([0x80, 2, (byte)'}', (byte)'(']);
        Span<byte> number = stackalloc byte[8];
        foreach ((long key, string value) in items)
        {
            // LONG1 of eight bytes holds any key; Python normalises it.
            BinaryPrimitives.WriteInt64LittleEndian(number, key);
            stream.Write([0x8A, 8]);
            stream.Write(number);
            Text(stream, value);
        }
        stream.Write("u."u8);
        stream.Write([0x80, 2, (byte)']', (byte)'.']);
        file.Commit();
    }

    private static void Text(Stream stream, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[5];
        length[0] = (byte)'X';
        BinaryPrimitives.WriteInt32LittleEndian(length[1..], bytes.Length);
        stream.Write(length);
        stream.Write(bytes);
    }
}
