using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// How near a batch is to a collapsed space, in which every image and caption has one embedding and a loss cannot fall.
/// <code>
///   summed triplet 2αB      mean triplet 2α      InfoNCE mean_i ln(1 + (N_i + λG_i)·e^{m/τ})      ConVSE twice that      ConVSE++ 2α/τ
///   others: the loss itself, of scores that are all the batch's mean
///   variance = min over modalities of (1 − ‖mean embedding‖²)
/// </code>
/// </summary>
/// <param name="Value">The loss that the plateau is of, a detached scalar; a system may add other terms to it.</param>
/// <param name="Plateau">The loss of a collapsed model, a detached scalar.</param>
/// <param name="Variance">Total variance of the unit embeddings, 0 (all one) to 1; the smaller one of images and captions, a detached scalar. 1 where no
/// embeddings stand behind the scores.</param>
public sealed record Collapse(Tensor Value, Tensor Plateau, Tensor Variance)
{
    /// <summary>With a plateau in closed form.</summary>
    internal static Collapse Of(Scores scores, Tensor value, Tensor plateau)
    {
        using var _ = no_grad();
        return new(value.detach(), plateau.detach(), minimum(Spread(scores.Images), Spread(scores.Captions)));
    }

    /// <summary>With the plateau of a loss that has no closed form: what it is where all scores are equal.</summary>
    internal static Collapse Of(Scores scores, SyntheticScores? synthetic, Tensor value, Func<Scores, SyntheticScores?, Tensor> loss)
    {
        using var _ = no_grad();
        var mean = scores.Matrix.detach().mean();
        var level = synthetic is null ? null : new SyntheticScores(Level(synthetic.ImageAnchors, mean), Level(synthetic.CaptionAnchors, mean));
        return Of(scores, value, loss(scores with { Matrix = Level(scores.Matrix, mean) }, level));
    }

    /// <summary>Every finite score replaced by one value; <c>-inf</c> stays what it is.</summary>
    internal static Tensor Level(Tensor scores, Tensor value)
    {
        var known = scores.detach();
        return value.expand(known.shape).where(known.isfinite(), known);
    }

    private static Tensor Spread(Tensor embeddings) => 1 - embeddings.detach().mean([0]).square().sum();
}
