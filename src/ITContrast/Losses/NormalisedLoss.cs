using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// Normalised contrastive learning: biases of images and captions make every item's retrieval probabilities sum to one, so that none is over- or
/// under-retrieved, and any loss is taken of the adjusted scores.
/// <code>
///   P_ij = e^{S_ij/τ + a_i + b_j}        Σ_i P_ij = Σ_j P_ij = 1  (Sinkhorn-Knopp)        S'_ij = S_ij + τ·(a_i + b_j)
///   L    = L_inner(S')                    a, b carry no gradient
/// </code>
/// Pairs that share an image or a concept, but for the diagonal, take no part in the plan. A synthesised negative has its anchor's bias and none of its own.
/// Source: Park et al., Normalized Contrastive Learning, EMNLP 2022: instance-wise biases by Sinkhorn-Knopp [A]; stopped gradients, rounds and the part as a
/// wrapper of any loss are this project's [I]. The paper corrects test scores too; here that is <see cref="Evaluation.Corrections.Sinkhorn"/>.
/// </summary>
public sealed class NormalisedLoss : nn.Module, IPairLoss
{
    private readonly IPairLoss inner;
    private readonly NormalisationOptions options;

    /// <summary>Wraps a loss.</summary>
    /// <param name="inner">Takes the adjusted scores; disposed with this one where it has parameters.</param>
    /// <param name="options">Defaults when null.</param>
    public NormalisedLoss(IPairLoss inner, NormalisationOptions? options = null) : base(nameof(NormalisedLoss))
    {
        (this.inner, this.options) = (inner, (options ?? new()).Validated());
        if (inner is nn.Module module) register_module("inner", module);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Adds the diagnostic <c>normalisation-error</c>: mean |Σ_i p(i|j) − 1| of the unadjusted probabilities, 0 when all items are retrieved alike.
    /// </remarks>
    public LossResult Compute(Scores scores, SyntheticScores? synthetic = null)
    {
        var (result, error) = Adjusted(scores, synthetic);
        return result with
        {
            Diagnostics = new Dictionary<string, Tensor>(result.Diagnostics) { ["normalisation-error"] = error },
            // The plateau is the whole wrapper's: biases differ where masks do, also when all scores are equal.
            Collapse = Collapse.Of(scores, synthetic, result.Value, (level, made) => Adjusted(level, made).Result.Value),
        };
    }

    private (LossResult Result, Tensor Error) Adjusted(Scores scores, SyntheticScores? synthetic)
    {
        var (images, captions, error) = Biases(scores);
        var adjusted = Adjusted(scores, images, captions);
        var moved = synthetic is null
            ? null
            : new SyntheticScores(synthetic.ImageAnchors + images.unsqueeze(1), synthetic.CaptionAnchors + captions.unsqueeze(1));
        return (inner.Compute(adjusted, moved), error);
    }

    /// <summary>The scores that the inner loss would see, for losses that take more than scores.</summary>
    public Scores Adjust(Scores scores)
    {
        var (images, captions, _) = Biases(scores);
        return Adjusted(scores, images, captions);
    }

    private static Scores Adjusted(Scores scores, Tensor images, Tensor captions) =>
        scores with { Matrix = scores.Matrix + (images.unsqueeze(1) + captions.unsqueeze(0)) };

    /// <summary>τ·a <c>[B]</c>, τ·b <c>[B]</c> and the normalisation error before them, all detached.</summary>
    internal (Tensor Images, Tensor Captions, Tensor Error) Biases(Scores scores)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var own = eye(scores.Matrix.shape[0], dtype: ScalarType.Bool, device: scores.Matrix.device);
        var logits = (scores.Matrix.detach() / options.Temperature).masked_fill(scores.Mask.logical_and(own.logical_not()), double.NegativeInfinity);
        var (a, b) = (zeros_like(logits.select(1, 0)), zeros_like(logits.select(0, 0)));
        for (var round = 0; round < options.Iterations; round++)
        {
            b = -(logits + a.unsqueeze(1)).logsumexp(0);
            a = -(logits + b.unsqueeze(0)).logsumexp(1);
        }
        var error = (logits.softmax(1).sum(dim: 0) - 1).abs().mean();
        return ((a * options.Temperature).MoveToOuterDisposeScope(), (b * options.Temperature).MoveToOuterDisposeScope(), error.MoveToOuterDisposeScope());
    }
}
