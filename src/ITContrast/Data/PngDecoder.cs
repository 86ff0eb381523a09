using System.Buffers.Binary;
using System.IO.Compression;

namespace ITContrast.Data;

/// <summary>
/// Reads 8-bit PNGs (palette, gray, gray+alpha, RGB, RGBA; not interlaced) strictly: every chunk's CRC is checked, the compressed data must give
/// exactly the declared rows, and nothing may be missing at the end. Alpha is laid over white.
/// Source: PNG specification, second edition (ISO/IEC 15948) [V].
/// </summary>
public static class PngDecoder
{
    private const int MaxSide = 1 << 14;
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Whether the bytes start as a PNG does.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    /// <summary>Decodes a whole file held in memory.</summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="name">What to call the file in errors.</param>
    /// <exception cref="DataException">Truncated, damaged, or of a kind this decoder does not read; the message says which.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, string name)
    {
        if (!IsPng(bytes)) throw DataException.At(name, "header", "the PNG signature", bytes.Length < 8 ? $"a file of {bytes.Length} bytes" : "other bytes");
        int width = 0, height = 0, channels = 0, at = 8;
        byte color = 255;
        ReadOnlySpan<byte> palette = default, transparency = default;
        using MemoryStream compressed = new();
        while (true)
        {
            ReadOnlySpan<byte> body = Chunk(bytes, ref at, name, out ReadOnlySpan<byte> type);
            if (type.SequenceEqual("IHDR"u8)) (width, height, color, channels) = Header(body, name);
            else if (type.SequenceEqual("PLTE"u8)) palette = body;
            else if (type.SequenceEqual("tRNS"u8)) transparency = body;
            else if (type.SequenceEqual("IDAT"u8)) compressed.Write(body);
            else if (type.SequenceEqual("IEND"u8)) break;
        }
        if (channels == 0) throw DataException.At(name, "", "an IHDR chunk", "none");
        if (color == 3 && (palette.Length is 0 or > 768 || palette.Length % 3 != 0))
            throw DataException.At(name, "PLTE", "1 to 256 colours", $"{palette.Length} bytes");
        byte[] rows = Inflate(compressed, height * (1 + width * channels), name);
        Unfilter(rows, width * channels, height, channels, name);
        return new(width, height, ToRgb(rows, width, height, color, channels, palette, transparency, name));
    }

    /// <summary>Checks that every chunk up to the end is there and undamaged, for kinds that another decoder reads.</summary>
    internal static void Verify(ReadOnlySpan<byte> bytes, string name)
    {
        int at = 8;
        ReadOnlySpan<byte> type;
        do Chunk(bytes, ref at, name, out type);
        while (!type.SequenceEqual("IEND"u8));
    }

    private static ReadOnlySpan<byte> Chunk(ReadOnlySpan<byte> bytes, scoped ref int at, string name, out ReadOnlySpan<byte> type)
    {
        if (bytes.Length - at < 12)
            throw DataException.At(name, $"byte {at}", "another chunk (IEND ends the file)", "the end of the file", "The file was cut short.");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
        if (length > bytes.Length - at - 12)
            throw DataException.At(name, $"byte {at}", $"a chunk of {length} bytes", $"{bytes.Length - at - 12} bytes", "The file was cut short.");
        type = bytes.Slice(at + 4, 4);
        uint stored = BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 8 + (int)length)..]), computed = Crc32.Of(bytes.Slice(at + 4, (int)length + 4));
        if (stored != computed) throw DataException.At(name, $"chunk at byte {at}", $"checksum {stored:x8}", $"{computed:x8}", "The file is damaged.");
        ReadOnlySpan<byte> body = bytes.Slice(at + 8, (int)length);
        at += 12 + (int)length;
        return body;
    }

    private static (int, int, byte, int) Header(ReadOnlySpan<byte> body, string name)
    {
        if (body.Length != 13) throw DataException.At(name, "IHDR", "13 bytes", $"{body.Length}");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(body), height = BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
        if (width is 0 or > MaxSide || height is 0 or > MaxSide) throw DataException.At(name, "IHDR", $"sides of 1 to {MaxSide} pixels", $"{width} × {height}");
        int channels = body[9] switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        if (channels == 0) throw DataException.At(name, "IHDR", "colour type 0, 2, 3, 4 or 6", $"{body[9]}");
        if (body[8] != 8 || body[12] != 0)
            throw DataException.At(name, "IHDR", "8 bits a channel, not interlaced", $"{body[8]} bits{(body[12] != 0 ? ", interlaced" : "")}",
                "Folders of images of any PNG kind are read through the image codec; see `itc doctor`.");
        return ((int)width, (int)height, body[9], channels);
    }

    private static byte[] Inflate(MemoryStream compressed, int expected, string name)
    {
        compressed.Position = 0;
        byte[] rows = new byte[expected];
        int got = 0;
        try
        {
            using ZLibStream zlib = new(compressed, CompressionMode.Decompress);
            got = zlib.ReadAtLeast(rows, expected, throwOnEndOfStream: false);
            if (got == expected && zlib.ReadByte() >= 0) throw DataException.At(name, "IDAT", $"{expected} bytes of rows", "more");
        }
        catch (InvalidDataException error)
        {
            throw new DataException($"{name}, IDAT: expected zlib data, found damage after {got} bytes: {error.Message}", error);
        }
        if (got != expected) throw DataException.At(name, "IDAT", $"{expected} bytes of rows", $"{got}", "The file was cut short.");
        return rows;
    }

    private static void Unfilter(byte[] rows, int stride, int height, int step, string name)
    {
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = rows.AsSpan(y * (stride + 1) + 1, stride);
            ReadOnlySpan<byte> above = y == 0 ? new byte[stride] : rows.AsSpan((y - 1) * (stride + 1) + 1, stride);
            byte filter = rows[y * (stride + 1)];
            if (filter > 4) throw DataException.At(name, $"pixel row {y}", "filter 0 to 4", $"{filter}");
            for (int x = 0; filter != 0 && x < stride; x++)
            {
                int left = x >= step ? row[x - step] : 0, up = above[x], corner = x >= step ? above[x - step] : 0;
                row[x] += filter switch { 1 => (byte)left, 2 => (byte)up, 3 => (byte)((left + up) / 2), _ => (byte)Paeth(left, up, corner) };
            }
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        int p = left + up - corner, a = Math.Abs(p - left), b = Math.Abs(p - up), c = Math.Abs(p - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static byte[] ToRgb(
        byte[] rows, int width, int height, byte color, int channels, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> transparency, string name)
    {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0, to = 0; y < height; y++)
            for (int x = 0, from = y * (width * channels + 1) + 1; x < width; x++, from += channels, to += 3)
            {
                byte r = rows[from], g = r, b = r, alpha = 255;
                if (color == 3)
                {
                    int entry = rows[from];
                    if (3 * entry >= palette.Length)
                        throw DataException.At(name, $"pixel ({x}, {y})", $"a palette index below {palette.Length / 3}", $"{entry}");
                    (r, g, b) = (palette[3 * entry], palette[3 * entry + 1], palette[3 * entry + 2]);
                    if (entry < transparency.Length) alpha = transparency[entry];
                }
                else if (color is 2 or 6) (g, b) = (rows[from + 1], rows[from + 2]);
                if (color == 4) alpha = rows[from + 1];
                else if (color == 6) alpha = rows[from + 3];
                else if (color == 0 && transparency.Length == 2 && transparency[1] == r) alpha = 0;
                else if (color == 2 && transparency.Length == 6 && transparency[1] == r && transparency[3] == g && transparency[5] == b) alpha = 0;
                rgb[to] = OverWhite(r, alpha);
                rgb[to + 1] = OverWhite(g, alpha);
                rgb[to + 2] = OverWhite(b, alpha);
            }
        return rgb;
    }

    private static byte OverWhite(byte value, byte alpha) => alpha == 255 ? value : (byte)((value * alpha + 255 * (255 - alpha) + 127) / 255);
}
