using System.Numerics;

namespace ITContrast.Experiments.TensorBoard;

/// <summary>
/// The checksum of TFRecord files: CRC-32C (Castagnoli), rotated and shifted so that a checksum of data that hold checksums stays useful.
/// <code>masked = rotate_right(crc, 15) + 0xa282ead8        (mod 2³²)</code>
/// Source: TensorFlow's record format, <c>tensorflow/core/lib/hash/crc32c.h</c> [V].
/// </summary>
internal static class MaskedCrc32C
{
    private const uint Mask = 0xa282ead8;

    /// <summary>The masked checksum.</summary>
    public static uint Of(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Plain(data), 15) + Mask;

    /// <summary>CRC-32C.</summary>
    public static uint Plain(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte value in data) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
