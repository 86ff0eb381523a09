using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>
/// BERT's start values: matrices N(0, σ²), biases 0, normalisations 1 and 0, each from a stream named by its path.
/// <code>σ = 0.02·√(768/H)</code>
/// Source: google-research/bert, <c>initializer_range</c> 0.02 [R]; the width's square root is this project's [I], so that a narrow model's products keep their
/// size.
/// </summary>
public static class BertInitialisation
{
    /// <summary>Fills every parameter of a module.</summary>
    /// <param name="module">A model or head.</param>
    /// <param name="hidden">H.</param>
    /// <param name="seed">The run's seed.</param>
    public static void Fill(nn.Module module, int hidden, ulong seed)
    {
        double deviation = 0.02 * Math.Sqrt(768.0 / hidden);
        foreach (var (name, parameter) in module.named_parameters())
        {
            if (parameter.ndim > 1) new InitialStream(seed, "").Normal(name, parameter, std: deviation);
            else Constant(parameter, name.EndsWith("orm.weight", StringComparison.Ordinal) ? 1 : 0);
        }
    }

    private static void Constant(Tensor parameter, double value)
    {
        using var guard = no_grad();
        parameter.fill_(value);
    }
}
