using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Encoders.Oscar;
using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Oscar;

/// <summary>
/// OSCAR's fine-tuning as bi-encoder: captions alone and images alone through the shared model, under any system of two encoders.
/// What the system above (InfoNCE, ITContrast, …) computes is left as it is; passes may be narrow and by chunks.
/// Source: Geigle et al., <c>UKPLab/MMT-Retrieval</c> [V, METHODS 1.6].
/// </summary>
/// <param name="system">The system, made over an <see cref="OscarEncoder"/> or a <see cref="ChunkedEncoder"/> of one; disposed with this one.</param>
/// <param name="passes">How narrow passes are.</param>
public sealed class OscarTuning(IMatchingSystem system, OscarPasses passes) : IMatchingSystem
{
    /// <inheritdoc/>
    public string Name => "oscar";

    /// <inheritdoc/>
    public IPairEncoder Encoder => system.Encoder;

    /// <inheritdoc/>
    public nn.Module Module => system.Module;

    /// <inheritdoc/>
    public LossResult Loss(PairBatch batch, TrainingStep step) => passes.Run(batch.Images.Values.device, () => system.Loss(batch, step));

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) => system.AfterStep(batch, step);

    /// <inheritdoc/>
    public void Dispose() => system.Dispose();
}
