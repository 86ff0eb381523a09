using System.Buffers.Binary;
using System.Text;

namespace ITContrast.Experiments.TensorBoard;

/// <summary>
/// Writes scalars as TensorBoard reads them: TFRecords of Event messages.
/// <code>
///   record = length uint64 | masked crc of length | message | masked crc of message                       (little endian)
///   Event  = wall_time double 1 | step int64 2 | file_version string 3 | summary 5 { value 1 { tag string 1, simple_value float 2 } }
/// </code>
/// Source: TensorFlow's record format and <c>event.proto</c>, <c>summary.proto</c> [V].
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    private readonly Stream stream;

    /// <param name="stream">Where records go; disposed with the file.</param>
    /// <param name="wallTime">Seconds since 1970 of the first record.</param>
    public EventFile(Stream stream, double wallTime)
    {
        this.stream = stream;
        Record([.. Double(1, wallTime), .. Text(3, "brain.Event:2")]);
    }

    /// <summary>Adds a value of a curve.</summary>
    public void Scalar(string tag, long step, double value, double wallTime)
    {
        byte[] point = [.. Text(1, tag), .. Float(2, (float)value)];
        byte[] summary = Message(1, point);
        Record([.. Double(1, wallTime), .. Key(2, Varint), .. Variable((ulong)step), .. Message(5, summary)]);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    private void Record(byte[] message)
    {
        byte[] length = new byte[8], sum = new byte[4];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)message.Length);
        stream.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(sum, MaskedCrc32C.Of(length));
        stream.Write(sum);
        stream.Write(message);
        BinaryPrimitives.WriteUInt32LittleEndian(sum, MaskedCrc32C.Of(message));
        stream.Write(sum);
    }

    private static byte[] Key(int field, int wire) => Variable((ulong)(field << 3 | wire));

    private static byte[] Double(int field, double value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return [.. Key(field, Fixed64), .. bytes];
    }

    private static byte[] Float(int field, float value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return [.. Key(field, Fixed32), .. bytes];
    }

    private static byte[] Text(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Message(int field, byte[] content) => [.. Key(field, Bytes), .. Variable((ulong)content.Length), .. content];

    // Seven bits a byte, least first; the highest bit says that more follow.
    private static byte[] Variable(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
