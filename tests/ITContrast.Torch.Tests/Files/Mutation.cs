namespace ITContrast.Torch.Tests.Files;

/// <summary>Random damage to a file: bits, bytes, numbers, cuts, and pieces of itself in other places.</summary>
internal static class Mutation
{
    private static readonly long[] Extremes = [0, 1, -1, 127, 128, 255, 256, 65535, 65536, int.MaxValue, uint.MaxValue, long.MaxValue, long.MinValue, 1L << 40];

    public static byte[] Of(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (int i = random.Next(1, 4); i > 0; i--) Once(bytes, random);
        return [.. bytes];
    }

    private static void Once(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0) return;
        // Headers are at the front and, in a zip, at the back: half of the damage goes there.
        int at = random.Next(4) switch
        {
            0 => random.Next(Math.Min(300, bytes.Count)),
            1 => bytes.Count - 1 - random.Next(Math.Min(600, bytes.Count)),
            _ => random.Next(bytes.Count),
        };
        int length = Math.Min(random.Next(1, 40), bytes.Count - at);
        switch (random.Next(8))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes.RemoveRange(at, bytes.Count - at); break;
            case 3: bytes.RemoveRange(at, length); break;
            case 4: bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length)); break;
            case 5: bytes[at] = (byte)"0123456789(){}[],:'\"lLRcqhQ.tsu\u0085\u0086\u0087\u0095"[random.Next(35)]; break;
            case 6:
                byte[] number = BitConverter.GetBytes(Extremes[random.Next(Extremes.Length)]);
                int width = Math.Min(1 << random.Next(4), bytes.Count - at);
                for (int i = 0; i < width; i++) bytes[at + i] = number[i];
                break;
            default:
                var noise = new byte[length];
                random.NextBytes(noise);
                for (int i = 0; i < length; i++) bytes[at + i] = noise[i];
                break;
        }
    }
}
