using System.Buffers.Binary;
using System.IO.Compression;
using ITContrast.Data;

namespace ITContrast.Tests.Data;

public sealed class PngTests
{
    // Each filter is applied by its definition in the specification (the encoder direction), so that decoding has an independent oracle.
    [Theory]
    [InlineData(0, 1), InlineData(2, 3), InlineData(3, 1), InlineData(4, 2), InlineData(6, 4)]
    public void Every_filter_and_colour_type_decodes(byte color, int channels)
    {
        const int width = 5, height = 5;
        RandomStream random = new(1, "png", color);
        byte[] raw = [.. Enumerable.Range(0, width * height * channels).Select(_ => (byte)random.NextInt(color == 3 ? 7 : 256))];
        byte[] palette = [.. Enumerable.Range(0, 21).Select(_ => (byte)random.NextInt(256))];
        RgbImage image = PngDecoder.Decode(TestPng.Make(width, height, color, channels, raw, palette), "test.png");
        for (int i = 0; i < width * height; i++)
        {
            byte[] p = raw[(i * channels)..((i + 1) * channels)];
            (int r, int g, int b, int alpha) = color switch
            {
                0 => (p[0], p[0], p[0], 255),
                2 => (p[0], p[1], p[2], 255),
                3 => (palette[3 * p[0]], palette[3 * p[0] + 1], palette[3 * p[0] + 2], 255),
                4 => (p[0], p[0], p[0], p[1]),
                _ => ((int)p[0], (int)p[1], (int)p[2], (int)p[3]),
            };
            int White(int v) => (int)Math.Round((v * alpha + 255.0 * (255 - alpha)) / 255, MidpointRounding.AwayFromZero);
            Assert.Equal([White(r), White(g), White(b)], image.Bytes[(3 * i)..(3 * i + 3)].Select(v => (int)v));
        }
    }

    [Fact]
    public void Encoder_and_decoder_agree()
    {
        RandomStream random = new(2, "png");
        RgbImage image = new(17, 9, [.. Enumerable.Range(0, 17 * 9 * 3).Select(_ => (byte)random.NextInt(256))]);
        RgbImage back = PngDecoder.Decode(PngEncoder.Encode(image), "x.png");
        Assert.Equal(image.Bytes, back.Bytes);
        Assert.Equal((17, 9), (back.Width, back.Height));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] file = PngEncoder.Encode(new RgbImage(4, 3, new byte[36]));
        for (int length = 0; length < file.Length; length++)
            Assert.Contains("cut.png", Assert.Throws<DataException>(() => PngDecoder.Decode(file.AsSpan(0, length), "cut.png")).Message);
    }

    [Fact]
    public void Every_flipped_bit_is_refused()
    {
        byte[] file = PngEncoder.Encode(new RgbImage(4, 3, [.. Enumerable.Range(0, 36).Select(i => (byte)(7 * i))]));
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] damaged = [.. file];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<DataException>(() => PngDecoder.Decode(damaged, "bad.png"));
        }
    }

    [Fact]
    public void A_palette_index_past_the_palette_is_named()
    {
        DataException error = Assert.Throws<DataException>(() => PngDecoder.Decode(TestPng.Make(2, 1, 3, 1, [0, 9], new byte[21]), "p.png"));
        Assert.Equal("p.png, pixel (1, 0): expected a palette index below 7, found 9.", error.Message);
    }
}

/// <summary>A PNG writer for tests: row y uses filter y mod 5.</summary>
internal static class TestPng
{
    public static byte[] Make(int width, int height, byte color, int channels, byte[] raw, byte[]? palette = null)
    {
        using MemoryStream data = new();
        using (ZLibStream zlib = new(data, CompressionLevel.Fastest, leaveOpen: true))
            for (int y = 0; y < height; y++)
            {
                int stride = width * channels, filter = y % 5;
                zlib.WriteByte((byte)filter);
                for (int x = 0; x < stride; x++)
                {
                    int At(int dy, int dx) => y - dy < 0 || x - dx < 0 ? 0 : raw[(y - dy) * stride + x - dx];
                    int left = At(0, channels), up = At(1, 0), corner = At(1, channels), p = left + up - corner;
                    int paeth = new[] { left, up, corner }.MinBy(v => Math.Abs(p - v));
                    int[] predictions = [0, left, up, (left + up) / 2, paeth];
                    zlib.WriteByte((byte)(At(0, 0) - predictions[filter]));
                }
            }
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, color);
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Chunk(file, "IHDR", header);
        if (color == 3) Chunk(file, "PLTE", palette!);
        Chunk(file, "IDAT", data.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void Chunk(Stream file, string type, byte[] body)
    {
        byte[] content = [.. type.Select(c => (byte)c), .. body];
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        file.Write(content);
        uint crc = 0xFFFFFFFF;
        foreach (byte b in content)
            for (int bit = 0; bit < 8; bit++) crc = ((crc ^ (uint)(b >> bit)) & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
        file.Write(number);
    }
}
