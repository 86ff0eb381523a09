using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems;

/// <summary>
/// A pair of encoders under one loss: VSE0, VSE++, ConVSE, ConVSE++, SigLIP, HCL and any weighting, so that only the loss differs.
/// What shares an image or a concept is never a negative.
/// </summary>
public sealed class LossSystem : IMatchingSystem
{
    private readonly IPairLoss loss;
    private readonly SystemModule module;

    /// <summary>Composes a system.</summary>
    /// <param name="name">The name in run folders and tables.</param>
    /// <param name="encoder">The encoders; disposed with the system.</param>
    /// <param name="loss">The loss; disposed with the system where it has parameters.</param>
    public LossSystem(string name, IPairEncoder encoder, IPairLoss loss)
    {
        (Name, Encoder, this.loss) = (name, encoder, loss);
        module = new(name, ("encoder", encoder.Module), ("loss", loss));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IPairEncoder Encoder { get; }

    /// <inheritdoc/>
    public nn.Module Module => module;

    /// <inheritdoc/>
    public LossResult Loss(PairBatch batch, TrainingStep step) =>
        loss.Compute(Scores.Of(Encoder.Images(batch.Images), Encoder.Captions(batch.Captions), batch.SameGroup));

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) { }

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();
}
