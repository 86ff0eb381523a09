namespace ITContrast.Torch;

/// <summary>The checksum of zip entries (polynomial 0xEDB88320), eight bytes a step.</summary>
internal static unsafe class Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    public static uint Compute(byte* bytes, long count)
    {
        uint[][] t = Tables;
        uint crc = uint.MaxValue;
        for (; count >= 8; count -= 8, bytes += 8)
        {
            uint low = *(uint*)bytes ^ crc, high = *(uint*)(bytes + 4);
            crc = t[7][low & 255] ^ t[6][(low >> 8) & 255] ^ t[5][(low >> 16) & 255] ^ t[4][low >> 24]
                ^ t[3][high & 255] ^ t[2][(high >> 8) & 255] ^ t[1][(high >> 16) & 255] ^ t[0][high >> 24];
        }
        for (; count > 0; count--, bytes++) crc = t[0][(crc ^ *bytes) & 255] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (int k = 0; k < 8; k++)
        {
            tables[k] = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                uint value = k == 0 ? i : tables[k - 1][i];
                for (int bit = 0; k == 0 && bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
                tables[k][i] = k == 0 ? value : tables[0][value & 255] ^ (value >> 8);
            }
        }
        return tables;
    }
}
