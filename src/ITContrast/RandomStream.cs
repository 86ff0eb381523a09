using System.Numerics;
using TorchSharp;

namespace ITContrast;

/// <summary>
/// A named stream of random numbers, a pure function of (seed, name, step): the data order of epoch 3 does not depend on how many numbers
/// dropout drew before. There is no global generator and no clock anywhere in the library.
/// <code>
///   state = splitmix64(seed ⊕ fnv1a(name) ⊕ golden·step), four times     xoshiro256**(state)
/// </code>
/// Source: Blackman and Vigna, xoshiro256** (2018); Steele et al., splitmix64 (2014) [V].
/// </summary>
public sealed class RandomStream
{
    private ulong a, b, c, d;
    private double spareGaussian = double.NaN;

    /// <param name="seed">The run's seed.</param>
    /// <param name="name">The purpose, as in "data-order"; different names give independent streams.</param>
    /// <param name="step">The epoch, step or row; different steps give independent streams.</param>
    public RandomStream(ulong seed, string name, long step = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ulong hash = 14695981039346656037;
        foreach (char letter in name) hash = (hash ^ letter) * 1099511628211;
        // Each part goes through the mixer on its own, so that (seed 1, step 0) and (seed 0, step 1) share nothing.
        ulong state = Mix(Mix(Mix(seed + 0x9E3779B97F4A7C15) ^ hash) + (ulong)step);
        a = SplitMix(ref state);
        b = SplitMix(ref state);
        c = SplitMix(ref state);
        d = SplitMix(ref state);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(b * 5, 7) * 9, t = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= t;
        d = BitOperations.RotateLeft(d, 45);
        return result;
    }

    /// <summary>A number of [0, 1), with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>An integer of [0, <paramref name="exclusive"/>), without bias (Lemire's rejection).</summary>
    public int NextInt(int exclusive)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusive);
        uint bound = (uint)exclusive, threshold = (uint)(-bound) % bound;
        while (true)
        {
            ulong product = (NextUInt64() >> 32) * bound;
            if ((uint)product >= threshold) return (int)(product >> 32);
        }
    }

    /// <summary>A draw of the standard normal distribution (polar method).</summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(spareGaussian))
        {
            double spare = spareGaussian;
            spareGaussian = double.NaN;
            return spare;
        }
        while (true)
        {
            double x = 2 * NextDouble() - 1, y = 2 * NextDouble() - 1, r = x * x + y * y;
            if (r is >= 1 or 0) continue;
            double scale = Math.Sqrt(-2 * Math.Log(r) / r);
            spareGaussian = y * scale;
            return x * scale;
        }
    }

    /// <summary>Permutes in place, every order equally likely (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A torch generator seeded from this stream's next number; the caller disposes it.</summary>
    /// <param name="device">Where the numbers will be drawn; the CPU when null.</param>
    public torch.Generator Generator(torch.Device? device = null) => new(NextUInt64() >> 1, device ?? torch.CPU);

    private static ulong SplitMix(ref ulong state) => Mix(state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
