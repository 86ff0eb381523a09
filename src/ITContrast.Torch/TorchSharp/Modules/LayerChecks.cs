using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What the layers' constructors share: size checks and the ±1/√fan start of biases.</summary>
internal static class LayerChecks
{
    public static void Positive(string layer, params ReadOnlySpan<(string Name, long Value)> sizes)
    {
        foreach (var (name, value) in sizes)
            if (value <= 0) throw new ArgumentOutOfRangeException(name, value, $"{layer} needs a positive {name}.");
    }

    public static void Probability(string layer, double p)
    {
        if (!(p >= 0 && p <= 1)) throw new ArgumentOutOfRangeException(nameof(p), p, $"{layer} needs a probability between 0 and 1.");
    }

    public static void UniformByFan(Tensor tensor, long fan)
    {
        var bound = fan > 0 ? 1 / Math.Sqrt(fan) : 0;
        nn.init.uniform_(tensor, -bound, bound);
    }
}
