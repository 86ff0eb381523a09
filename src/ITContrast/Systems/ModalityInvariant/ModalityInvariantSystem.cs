using ITContrast.Analysis;
using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.ModalityInvariant;

/// <summary>
/// The modality-invariant embedding (MITE): a triplet baseline, and a classifier of modalities that the encoders learn to confuse, in stages.
/// <code>
///   S1, S2, S3   L_triplet      L_triplet      L_C(sg(x), sg(y))
///   S4           L_triplet + λ·L_adv (+ L_C on detached embeddings where the form does not train C itself)
/// </code>
/// λ = 0 is VSE++ throughout S1, S2 and S4. Source: Liu et al., TOMM 2019 [A: triplet baseline, modality classifier, adversarial loss, multi-stage procedure];
/// the rest is this project's reading [I].
/// </summary>
public sealed class ModalityInvariantSystem : IValidatedSystem
{
    private static readonly double[] Shifts = [-0.5, -0.25, 0, 0.25, 0.5, 0.75];

    private readonly ModalityInvariantOptions options;
    private readonly IPairLoss triplet;
    private readonly SystemModule module;

    /// <summary>Composes the system.</summary>
    /// <param name="encoder">Encoders; disposed with the system.</param>
    /// <param name="options">Defaults when null.</param>
    /// <param name="part">What is put around the triplet loss, as <see cref="NormalisedLoss"/>; the loss itself when null.</param>
    public ModalityInvariantSystem(IPairEncoder encoder, ModalityInvariantOptions? options = null, Func<IPairLoss, IPairLoss>? part = null)
    {
        this.options = (options ?? new()).Validated();
        TripletLoss hinge = new(this.options.Margin, reduction: LossReduction.Mean);
        triplet = part is null ? hinge : part(hinge);
        (Encoder, Classifier) = (encoder, new ModalityClassifier(encoder.Dimension));
        module = new(Name, ("encoder", encoder.Module), ("classifier", Classifier));
    }

    /// <inheritdoc/>
    public string Name => "modality-invariant";

    /// <inheritdoc/>
    public IPairEncoder Encoder { get; }

    /// <summary>The classifier of modalities.</summary>
    public ModalityClassifier Classifier { get; }

    /// <inheritdoc/>
    public nn.Module Module => module;

    /// <inheritdoc/>
    /// <remarks>Diagnostics are the triplet loss's, and <c>classifier</c>, L_C on the batch.</remarks>
    public LossResult Loss(PairBatch batch, TrainingStep step)
    {
        var stage = options.StageOf(step.Epoch);
        Freeze(stage);
        var (images, captions) = Embed(batch, stage);
        var classified = Classifier.Loss(images.detach(), captions.detach());
        if (stage == ModalityInvariantStage.Classifier)
            return new(classified, new Dictionary<string, Tensor> { ["classifier"] = classified.detach() });

        var result = triplet.Compute(Scores.Of(images, captions, batch.SameGroup));
        var value = result.Value;
        if (stage == ModalityInvariantStage.Adversarial && options.Lambda > 0)
        {
            var epoch = step.Epoch + (step.Step % step.StepsPerEpoch) / (double)step.StepsPerEpoch;
            var reversal = GradientReversal.Schedule(options.AdversarialProgress(epoch));
            value = value + AdversarialTerm.Of(options.Form, Classifier, images, captions, reversal) * options.Lambda;
            if (options.Form != AdversarialForm.GradientReversal) value = value + classified;
        }
        return result with { Value = value, Diagnostics = new Dictionary<string, Tensor>(result.Diagnostics) { ["classifier"] = classified.detach() } };
    }

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) { }

    /// <inheritdoc/>
    /// <remarks>
    /// <c>stage</c> 1 to 4; on the held-out split <c>classifier-accuracy</c> of C (untrained, and near ½ by chance, before S3), <c>probe-accuracy</c> of a
    /// fresh linear classifier, which no encoder was trained against, <c>gap</c> ‖Δ‖, and the sweep <c>shift δ R@1</c>: the mean of both directions when the
    /// embeddings are moved by δ along the gap.
    /// </remarks>
    public IReadOnlyDictionary<string, double> AfterEpoch(ValidationView view)
    {
        using var scope = NewDisposeScope();
        var (images, captions) = view.Embed();
        using var pairs = EmbeddedPairs.Of(images, captions, view.ImageOf);
        var gap = ModalityGap.Measure(pairs, Shifts);
        var told = new Dictionary<string, double>
        {
            ["stage"] = 1 + (int)options.StageOf(view.Epoch), ["classifier-accuracy"] = Classifier.Accuracy(images, captions),
            ["probe-accuracy"] = gap.ProbeAccuracy, ["gap"] = gap.Distance,
        };
        foreach (var shift in gap.Sweep) told[FormattableString.Invariant($"shift {shift.Delta} R@1")] = (shift.CaptionR1 + shift.ImageR1) / 2;
        return told;
    }

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();

    private (Tensor Images, Tensor Captions) Embed(PairBatch batch, ModalityInvariantStage stage)
    {
        using var _ = set_grad_enabled(stage != ModalityInvariantStage.Classifier);
        return (Encoder.Images(batch.Images), Encoder.Captions(batch.Captions));
    }

    // A frozen parameter has no gradient, and an optimiser leaves what has no gradient alone.
    private void Freeze(ModalityInvariantStage stage)
    {
        var frozen = stage == ModalityInvariantStage.Heads;
        foreach (var (name, parameter) in Encoder.Module.named_parameters())
            if (options.Backbone.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))) parameter.requires_grad_(!frozen);
    }
}
