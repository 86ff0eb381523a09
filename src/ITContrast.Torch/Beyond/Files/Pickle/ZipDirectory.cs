using System.Buffers.Binary;
using System.Text;

namespace ITContrast.Torch;

/// <summary>
/// The table of contents of a zip file (with its 64-bit extension), which says where each entry's bytes lie, so that stored entries can be mapped.
/// </summary>
internal sealed class ZipDirectory
{
    private const uint LocalHeader = 0x04034b50, CentralHeader = 0x02014b50, End = 0x06054b50, End64 = 0x06064b50, Locator64 = 0x07064b50;
    private readonly MappedFile file;

    public ZipDirectory(MappedFile file)
    {
        this.file = file;
        (long at, long size, long count) = FindDirectory();
        long end = Sum(at, size);
        if (end > file.Length) throw Bad("its zip directory lies outside the file");
        for (long i = 0; i < count; i++) at = ReadEntry(at, end);
        if (at != end) throw Bad("its zip directory has another length than announced");
    }

    public Dictionary<string, Entry> Entries { get; } = [];

    /// <summary>One file inside.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Start">Where its bytes begin.</param>
    /// <param name="Stored">Bytes in the zip.</param>
    /// <param name="Length">Bytes once inflated.</param>
    /// <param name="Deflated">Whether they are compressed.</param>
    /// <param name="Crc">Checksum of the inflated bytes.</param>
    public sealed record Entry(string Name, long Start, long Stored, long Length, bool Deflated, uint Crc);

    private (long At, long Size, long Count) FindDirectory()
    {
        int tail = (int)Math.Min(file.Length, 22 + ushort.MaxValue);
        ReadOnlySpan<byte> bytes = file.Bytes(file.Length - tail, tail);
        int at = tail - 22;
        while (at >= 0 && (U32(bytes, at) != End || at + 22 + U16(bytes, at + 20) != tail)) at--;
        if (at < 0) throw Bad("it starts like a zip file but the directory at its end is missing. Was the file cut short?");
        long count = U16(bytes, at + 10), size = U32(bytes, at + 12), start = U32(bytes, at + 16);
        long endAt = file.Length - tail + at;
        if (endAt < 20 || U32(file.Bytes(endAt - 20, 20), 0) != Locator64) return (start, size, count);
        long at64 = (long)U64(file.Bytes(endAt - 20, 20), 8);
        ReadOnlySpan<byte> end64 = Take(at64, 56);
        if (U32(end64, 0) != End64) throw Bad("its 64-bit zip directory is not where it is announced");
        return ((long)U64(end64, 48), (long)U64(end64, 40), (long)U64(end64, 32));
    }

    private long ReadEntry(long at, long end)
    {
        ReadOnlySpan<byte> head = Take(at, 46);
        if (U32(head, 0) != CentralHeader) throw Bad($"byte {at} should be an entry of its zip directory");
        int flags = U16(head, 8), method = U16(head, 10), nameLength = U16(head, 28), extraLength = U16(head, 30), commentLength = U16(head, 32);
        long stored = U32(head, 20), length = U32(head, 24), local = U32(head, 42);
        ReadOnlySpan<byte> rest = Take(at + 46, nameLength + extraLength);
        string name = Encoding.UTF8.GetString(rest[..nameLength]);
        Widen(rest[nameLength..], ref length, ref stored, ref local);
        if ((flags & 1) != 0) throw Bad($"its entry '{name}' is encrypted");
        if (method is not (0 or 8)) throw Bad($"its entry '{name}' is compressed by method {method}; stored (0) and deflate (8) are read");
        if (length < 0 || stored < 0 || (method == 0 && stored != length)) throw Bad($"its entry '{name}' has impossible lengths");
        // Deflate cannot shrink more than about 1032 times: a larger announcement is a trap.
        if (method == 8 && length / 1032 > stored) throw Bad($"its entry '{name}' announces {length} bytes from {stored}, which no deflate stream gives");
        ReadOnlySpan<byte> header = Take(local, 30);
        if (U32(header, 0) != LocalHeader) throw Bad($"its entry '{name}' does not begin at byte {local}");
        if (!Take(local + 30, U16(header, 26)).SequenceEqual(rest[..nameLength])) throw Bad($"its entry '{name}' has another name where it begins");
        long start = local + 30 + U16(header, 26) + U16(header, 28);
        if (Sum(start, stored) > file.Length) throw Bad($"its entry '{name}' lies outside the file. Was the file cut short?");
        if (!Entries.TryAdd(name, new Entry(name, start, stored, length, method == 8, U32(head, 16)))) throw Bad($"it has two entries '{name}'");
        long next = at + 46 + nameLength + extraLength + commentLength;
        return next <= end ? next : throw Bad("its zip directory has another length than announced");
    }

    // The 64-bit extra field holds, in this order, only those numbers that did not fit their 32 bits.
    private void Widen(ReadOnlySpan<byte> extra, ref long length, ref long stored, ref long local)
    {
        while (extra.Length >= 4)
        {
            int id = U16(extra, 0), size = U16(extra, 2);
            if (size > extra.Length - 4) throw Bad("an extra field of its zip directory is cut");
            if (id == 1)
            {
                ReadOnlySpan<byte> numbers = extra.Slice(4, size);
                if (length == uint.MaxValue) length = Next(ref numbers);
                if (stored == uint.MaxValue) stored = Next(ref numbers);
                if (local == uint.MaxValue) local = Next(ref numbers);
                return;
            }
            extra = extra[(4 + size)..];
        }
    }

    private long Next(ref ReadOnlySpan<byte> numbers)
    {
        if (numbers.Length < 8) throw Bad("a 64-bit field of its zip directory is cut");
        long value = (long)U64(numbers, 0);
        numbers = numbers[8..];
        return value;
    }

    private ReadOnlySpan<byte> Take(long at, int count) =>
        at >= 0 && at <= file.Length - count ? file.Bytes(at, count) : throw Bad("its zip directory points outside the file");

    private long Sum(long a, long b) => a >= 0 && b >= 0 && a <= long.MaxValue - b ? a + b : throw Bad("its zip directory holds impossible numbers");

    private DataFileException Bad(string problem) => new(file.Path, $"{problem}.");

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
