using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using TorchSharp;

namespace ITContrast.Systems;

/// <summary>
/// VSE∞'s training: hinges over all negatives for the first epoch, over the hardest from then on, so that hardest negatives do not collapse an untrained space.
/// <code>epoch 0    Σ [α + s⁻ − s⁺]₊ over all negatives        epoch ≥ 1    VSE++'s max of hinges</code>
/// Source: Chen et al., VSE∞ (CVPR 2021), <c>woodfrog/vse_infty</c> [V, METHODS 5.1]; same-concept masking [I].
/// </summary>
public sealed class VseInfinitySystem : IMatchingSystem
{
    private readonly IPairLoss first, later;
    private readonly SystemModule module;

    /// <summary>Composes the system.</summary>
    /// <param name="encoder">The encoders; disposed with the system.</param>
    /// <param name="first">The first epoch's loss: VSE0's sum of hinges.</param>
    /// <param name="later">The loss from then on: VSE++'s max of hinges.</param>
    public VseInfinitySystem(IPairEncoder encoder, IPairLoss first, IPairLoss later)
    {
        (Encoder, this.first, this.later) = (encoder, first, later);
        module = new(Name, ("encoder", encoder.Module));
    }

    /// <inheritdoc/>
    public string Name => "vse-infinity";

    /// <inheritdoc/>
    public IPairEncoder Encoder { get; }

    /// <inheritdoc/>
    public torch.nn.Module Module => module;

    /// <inheritdoc/>
    public LossResult Loss(PairBatch batch, TrainingStep step) =>
        (step.Epoch == 0 ? first : later).Compute(Scores.Of(Encoder.Images(batch.Images), Encoder.Captions(batch.Captions), batch.SameGroup));

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) { }

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();
}
