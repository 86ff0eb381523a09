using System.Buffers.Binary;
using System.IO.Compression;

namespace ITContrast.Data;

/// <summary>Writes 8-bit RGB PNGs (for contact sheets, rendered scenes and exported folders); <see cref="PngDecoder"/> reads them back bit for bit.</summary>
public static class PngEncoder
{
    /// <summary>The file's bytes.</summary>
    public static byte[] Encode(RgbImage image)
    {
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        (header[8], header[9]) = (8, 2);
        Chunk(file, "IHDR"u8, header);
        using MemoryStream data = new();
        using (ZLibStream zlib = new(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            int stride = 3 * image.Width;
            byte[] row = new byte[stride + 1];
            for (int y = 0; y < image.Height; y++)
            {
                // The "up" filter turns flat areas and vertical edges into zeros; drawings shrink to a third.
                row[0] = 2;
                for (int x = 0; x < stride; x++) row[x + 1] = (byte)(image.Bytes[y * stride + x] - (y == 0 ? 0 : image.Bytes[(y - 1) * stride + x]));
                zlib.Write(row);
            }
        }
        Chunk(file, "IDAT"u8, data.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        file.Write(type);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(body, Crc32.Of(type)));
        file.Write(number);
    }
}
