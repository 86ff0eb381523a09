using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using ITContrast.Negatives;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems;

/// <summary>
/// HAL with its memory bank: pairs are weighted by how crowded their neighbourhoods are among the embeddings of earlier steps.
/// One step: score the batch and the bank, loss, optimiser, then the batch's embeddings replace the bank's oldest. Entries of the anchor's own image or
/// concept are masked, which leaves out the current batch as the source does.
/// Source: Liu et al., HAL (AAAI 2020), <c>hardyqr/HAL</c> [V for the weights, METHODS 2.4]; a queue as bank, filled by the encoders in training, is this
/// project's [I].
/// </summary>
public sealed class HalGlobalSystem : IMatchingSystem
{
    private readonly HalGlobal loss;
    private readonly NormalisedLoss? normalised;
    private readonly KeyQueue images, captions;
    private readonly SystemModule module;
    private (Tensor Images, Tensor Captions)? pending;

    /// <summary>Composes the system.</summary>
    /// <param name="encoder">The encoders; disposed with the system.</param>
    /// <param name="seed">Seed of the bank's unfilled entries.</param>
    /// <param name="options">Defaults when null.</param>
    /// <param name="normalised">Normalises the batch's scores; null for none.</param>
    public HalGlobalSystem(IPairEncoder encoder, ulong seed, HalGlobalOptions? options = null, NormalisedLoss? normalised = null)
    {
        options ??= new();
        (Encoder, loss, this.normalised) = (encoder, new(options), normalised);
        using var imageRandom = new RandomStream(seed, "hal.images").Generator();
        using var captionRandom = new RandomStream(seed, "hal.captions").Generator();
        (images, captions) = (new(options.BankLength, encoder.Dimension, imageRandom), new(options.BankLength, encoder.Dimension, captionRandom));
        module = new(Name, ("encoder", encoder.Module), ("images", images), ("captions", captions));
    }

    /// <inheritdoc/>
    public string Name => "hal-global";

    /// <inheritdoc/>
    public IPairEncoder Encoder { get; }

    /// <inheritdoc/>
    public nn.Module Module => module;

    /// <inheritdoc/>
    public LossResult Loss(PairBatch batch, TrainingStep step)
    {
        var (x, y) = (Encoder.Images(batch.Images), Encoder.Captions(batch.Captions));
        Forget();
        pending = (x.detach().DetachFromDisposeScope(), y.detach().DetachFromDisposeScope());
        using (no_grad())
        {
            var ids = tensor(batch.Groups, device: batch.SameGroup.device);
            var (keysX, keysY) = pending.Value;
            var ofImages = captions.Score(keysX, keysY, ids).Negatives;
            var ofCaptions = images.Score(keysY, keysX, ids).Negatives;
            using (enable_grad())
            {
                var scores = Scores.Of(x, y, batch.SameGroup);
                return loss.Compute(normalised?.Adjust(scores) ?? scores, ofImages, ofCaptions);
            }
        }
    }

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step)
    {
        if (pending is not { } waiting) return;
        using var scope = NewDisposeScope();
        var ids = tensor(batch.Groups, device: batch.SameGroup.device);
        images.Enqueue(waiting.Images, ids);
        captions.Enqueue(waiting.Captions, ids);
        Forget();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        module.Dispose();
    }

    private void Forget()
    {
        pending?.Images.Dispose();
        pending?.Captions.Dispose();
        pending = null;
    }
}
