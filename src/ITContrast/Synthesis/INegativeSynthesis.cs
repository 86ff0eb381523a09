using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// One way to make negatives that the batch does not hold. Operators are independent of each other and of the loss, and compose by concatenation.
/// </summary>
public interface INegativeSynthesis
{
    /// <summary>Short name for tables, telemetry and run configurations.</summary>
    string Name { get; }

    /// <summary>Scores <c>q·h</c> of the synthesised negatives, <c>[B, M]</c>; <c>-inf</c> where one could not be made.</summary>
    Tensor Score(SynthesisContext context);
}

/// <summary>An operator whose negatives are mixtures of keys (and the anchor): it says what to mix, <see cref="MixtureScores"/> how.</summary>
public abstract class MixtureSynthesis(string name) : INegativeSynthesis
{
    /// <inheritdoc/>
    public string Name => name;

    /// <summary>The recipes for every anchor of the context.</summary>
    public abstract Mixture Mix(SynthesisContext context);

    /// <inheritdoc/>
    public virtual Tensor Score(SynthesisContext context) => MixtureScores.Of(context, Mix(context));
}
