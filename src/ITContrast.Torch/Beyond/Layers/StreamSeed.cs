using System.Text;

namespace ITContrast.Torch;

/// <summary>
/// The seed of one draw, a pure function of (seed, stream, step, call): FNV-1a over the stream's name, joined with the numbers by
/// splitmix64's finaliser. Two different draws get unrelated seeds, and no draw depends on what was drawn before.
/// </summary>
public static class StreamSeed
{
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">What is drawn, for example a layer's path.</param>
    /// <param name="step">The training step; 0 for initial values.</param>
    /// <param name="call">Counts the draws of one stream within one step.</param>
    /// <returns>A number for <c>torch.Generator</c>, 0 ≤ x &lt; 2⁶³.</returns>
    public static long Of(ulong seed, string stream, long step = 0, long call = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(stream)) hash = (hash ^ b) * 1099511628211UL;
        var mixed = Mix(Mix(Mix(Mix(seed) ^ hash) + (ulong)step) ^ Rotate((ulong)call));
        return (long)(mixed >> 1);
    }

    private static ulong Rotate(ulong call) => ulong.RotateLeft(call, 32);

    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15UL;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
