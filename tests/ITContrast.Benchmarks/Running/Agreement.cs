using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Running;

/// <summary>Whether two contenders computed the same values and gradients.</summary>
internal static class Agreement
{
    /// <summary>The largest difference, relative to the largest magnitude of its tensor.</summary>
    /// <param name="expected">One contender's file.</param>
    /// <param name="found">Another's.</param>
    /// <param name="tolerance">The most that is let pass.</param>
    /// <param name="who">For the message.</param>
    /// <exception cref="RowException">They disagree, or hold different tensors.</exception>
    public static double Require(string expected, string found, double tolerance, string who)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> ours = Safetensors.Load(expected), theirs = Safetensors.Load(found);
        if (!ours.Keys.Order().SequenceEqual(theirs.Keys.Order()))
            throw new RowException($"{who} compares {string.Join(", ", theirs.Keys.Order())} with {string.Join(", ", ours.Keys.Order())}: void.");
        // Where exact arithmetic gives zero (a bias ahead of a batch normalisation), rounding is all there is; it is measured by the largest of all.
        double floor = 1e-4 * ours.Values.Max(Largest);
        double worst = 0;
        foreach ((string name, Tensor a) in ours)
        {
            Tensor b = theirs[name];
            if (!a.shape.SequenceEqual(b.shape))
                throw new RowException($"{who}: {name} has the shape [{string.Join(", ", b.shape)}] and not [{string.Join(", ", a.shape)}]: void.");
            double relative = Largest(a.to(float64) - b.to(float64)) / Math.Max(Largest(a), floor);
            // Written so that NaN fails.
            if (!(relative <= tolerance))
                throw new RowException($"{who}: {name} differs by {relative:E1} of its largest magnitude, more than {tolerance:E1}: void.");
            worst = Math.Max(worst, relative);
        }
        return worst;
    }

    private static double Largest(Tensor values) => values.to(float64).abs().max().ToDouble();
}
