using ITContrast.Negatives;
using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>Random draws that the operators share: parents with replacement among each anchor's hardest negatives, coefficients from an interval.</summary>
internal static class ParentDraw
{
    /// <summary>
    /// Draws parents for M negatives, each from m of the anchor's available hardest negatives, uniformly and with replacement.
    /// </summary>
    /// <returns>Rows among the keys <c>[B, M, m]</c>, and where an anchor had any to draw from <c>[B, M]</c>.</returns>
    public static (Tensor Parents, Tensor Valid) Hardest(SynthesisContext context, int count, int parents)
    {
        var profile = context.Profile;
        var b = profile.Values.shape[0];
        var position = Uniform(context, 0, 1, b, count * parents) * profile.Available.unsqueeze(1);
        // u·n can round up to n in float32; an anchor without negatives draws row 0 and is marked invalid.
        var last = (profile.Available - 1).clamp(min: 0).unsqueeze(1).expand(b, count * parents);
        var drawn = minimum(position.to(ScalarType.Int64), last);
        var valid = (profile.Available > 0).unsqueeze(1).expand(b, count);
        return (profile.Indices.gather(1, drawn).view(b, count, parents), valid);
    }

    /// <summary>Coefficients from U(low, high), in the dtype of the scores.</summary>
    public static Tensor Uniform(SynthesisContext context, double low, double high, params long[] shape)
    {
        var unit = rand(shape, dtype: context.Direction.Scores.dtype, device: context.Direction.Scores.device, generator: context.Random);
        return unit * (high - low) + low;
    }

    /// <summary>The same coefficient everywhere.</summary>
    public static Tensor Constant(SynthesisContext context, double value, params long[] shape) =>
        full(shape, value, dtype: context.Direction.Scores.dtype, device: context.Direction.Scores.device);
}
