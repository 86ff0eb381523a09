using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using ITContrast.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems;

/// <summary>
/// ITContrast: encode, score, profile the mini-batch's negatives, synthesise representatives of the hard ones, and contrast the positive with both.
/// <code>
///   S = V·Tᵀ  →  profile (top K, same image masked)  →  h (Synthesis)  →  L(s⁺, s, q·h)
/// </code>
/// Source: Wu et al., ITContrast, The Visual Computer 40(12), 2024: the pipeline [A]; profile, representatives and loss are this project's reading [I].
/// The paper fine-tunes OSCAR as encoder; any <see cref="IPairEncoder"/> serves.
/// </summary>
public sealed class ITContrastSystem : IMatchingSystem
{
    private readonly NegativeSynthesizer? synthesizer;
    private readonly IPairLoss loss;
    private readonly SystemModule module;
    private readonly bool maskConcepts;

    /// <summary>Composes the system.</summary>
    /// <param name="encoder">Encoders; disposed with the system.</param>
    /// <param name="loss">The cost function, <see cref="HardNegativeLoss"/> or a part around it; disposed with the system.</param>
    /// <param name="synthesizer">Synthesis; null trains the λ = 0 baseline.</param>
    /// <param name="maskConcepts">Whether what shares a concept is masked as well as what shares an image.</param>
    public ITContrastSystem(IPairEncoder encoder, IPairLoss loss, NegativeSynthesizer? synthesizer, bool maskConcepts = true)
    {
        this.maskConcepts = maskConcepts;
        (Encoder, this.loss, this.synthesizer) = (encoder, loss, synthesizer);
        var learned = (synthesizer?.Operators ?? []).OfType<nn.Module>().Select((m, i) => ($"synthesis{i}", (object)m));
        module = new(Name, [("encoder", encoder.Module), ("loss", loss), .. learned]);
    }

    /// <inheritdoc/>
    public string Name => "itcontrast";

    /// <inheritdoc/>
    public IPairEncoder Encoder { get; }

    /// <inheritdoc/>
    public nn.Module Module => module;

    /// <inheritdoc/>
    /// <remarks>Diagnostics are the loss's and, under <c>synthesis/</c>, those of <see cref="SynthesisTelemetry"/>.</remarks>
    public LossResult Loss(PairBatch batch, TrainingStep step)
    {
        var scores = Scores.Of(Encoder.Images(batch.Images), Encoder.Captions(batch.Captions), maskConcepts ? batch.SameGroup : batch.SameImage);
        using var random = new RandomStream(step.Seed, "synthesis", step.Step).Generator(scores.Matrix.device);
        var synthesised = synthesizer?.Compute(scores, step.Epoch, random);
        var result = loss.Compute(scores, synthesised?.Scores);
        if (synthesised is null) return result;
        var value = synthesizer!.Operators.OfType<LearnedRepresentatives>().Aggregate(result.Value, (total, learned) => total + learned.EntropyTerm());
        var diagnostics = result.Diagnostics.Concat(synthesised.Telemetry.Select(t => KeyValuePair.Create($"synthesis/{t.Key}", t.Value)));
        return result with { Value = value, Diagnostics = new Dictionary<string, Tensor>(diagnostics) };
    }

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) { }

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();
}
