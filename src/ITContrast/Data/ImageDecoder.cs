using System.Runtime.InteropServices;

namespace ITContrast.Data;

/// <summary>
/// Decodes image files: plain PNGs by <see cref="PngDecoder"/>, everything else (JPEG, WebP, 16-bit or interlaced PNG) by OpenCV's decoders through a small
/// library that is built where <c>libopencv-imgcodecs-dev</c> is installed. Transparency is laid over white; a JPEG is turned as its EXIF says.
/// </summary>
public static unsafe partial class ImageDecoder
{
    private static readonly Lazy<bool> Codec = new(() =>
        NativeLibrary.TryLoad("itccodec", typeof(ImageDecoder).Assembly, DllImportSearchPath.AssemblyDirectory, out _));

    /// <summary>Whether JPEG and WebP can be read on this machine.</summary>
    public static bool HasCodec => Codec.Value;

    /// <summary>Decodes a file held in memory.</summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <exception cref="DataException">Truncated, damaged, of no known format, or of one that needs the codec where there is none.</exception>
    public static RgbImage Decode(byte[] bytes, string name)
    {
        // The strict decoder names the damage; kinds it does not read (deeper, interlaced) are left to the codec.
        if (PngDecoder.IsPng(bytes) && bytes.Length > 28 && bytes[24] == 8 && bytes[28] == 0) return PngDecoder.Decode(bytes, name);
        RefuseCut(bytes, name);
        if (!HasCodec)
            throw new DataException(
                $"{name}: reading {Kind(bytes)} needs OpenCV's decoders, which this build lacks. Install libopencv-imgcodecs-dev and build again, or convert the images to 8-bit PNG."
            );
        byte[] error = new byte[256];
        nint picture;
        byte* pixels;
        long stride;
        int width, height, channels, failed;
        fixed (byte* data = bytes)
        fixed (byte* message = error)
            failed = itc_image_decode(data, bytes.Length, &picture, &pixels, &stride, &width, &height, &channels, message, error.Length);
        if (failed != 0)
            throw DataException.At(
                name, "", "a readable PNG, JPEG or WebP",
                $"{Kind(bytes)} of {bytes.Length} bytes: {System.Text.Encoding.UTF8.GetString(error).TrimEnd('\0')}");
        try
        {
            return ToRgb(pixels, stride, width, height, channels);
        }
        finally
        {
            itc_image_free(picture);
        }
    }

    /// <summary>Decodes a file.</summary>
    /// <exception cref="DataException">As above, or the file cannot be read (a loop of symbolic links, no permission, a folder).</exception>
    public static RgbImage DecodeFile(string path) => Decode(Guarded.Run(path, () => File.ReadAllBytes(path)), path);

    // OpenCV fills what is missing of a cut file with gray, and its decoders say so on standard error only.
    private static void RefuseCut(ReadOnlySpan<byte> bytes, string name)
    {
        if (PngDecoder.IsPng(bytes)) PngDecoder.Verify(bytes, name);
        if (
            bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8])
            && bytes.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) < bytes.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]))
            throw DataException.At(name, "", "a JPEG that ends with its end marker", $"{bytes.Length} bytes without it", "The file was cut short.");
        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) && BitConverter.ToUInt32(bytes[4..]) + 8L > bytes.Length)
            throw DataException.At(name, "", $"a WebP of {BitConverter.ToUInt32(bytes[4..]) + 8L} bytes", $"{bytes.Length}", "The file was cut short.");
    }

    private static string Kind(ReadOnlySpan<byte> bytes) =>
        PngDecoder.IsPng(bytes) ? "a deep or interlaced PNG"
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? "a JPEG"
        : bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "a WebP"
        : "a file of another format";

    private static RgbImage ToRgb(byte* pixels, long stride, int width, int height, int channels)
    {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0, to = 0; y < height; y++)
            for (int x = 0; x < width; x++, to += 3)
            {
                byte* p = pixels + y * stride + x * channels;
                int alpha = channels == 4 ? p[3] : 255;
                for (int channel = 0; channel < 3; channel++) rgb[to + channel] = (byte)((p[2 - channel] * alpha + 255 * (255 - alpha) + 127) / 255);
            }
        return new RgbImage(width, height, rgb);
    }

    [LibraryImport("itccodec")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int itc_image_decode(
        byte* bytes, long length, nint* picture, byte** pixels, long* stride, int* width, int* height, int* channels, byte* error, int capacity);

    [LibraryImport("itccodec")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial void itc_image_free(nint picture);
}
