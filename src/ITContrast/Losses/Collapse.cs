using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// How near a batch is to a collapsed space, in which every image and caption has one embedding and a loss cannot fall.
/// <code>
///   summed triplet 2αB      mean triplet 2α      InfoNCE mean_i ln(1 + (N_i + λG_i)·e^{m/τ})
///   variance = min over modalities of (1 − ‖mean embedding‖²)
/// </code>
/// </summary>
/// <param name="Plateau">The loss of a collapsed model, a detached scalar.</param>
/// <param name="Variance">Total variance of the unit embeddings, 0 (all one) to 1; the smaller one of images and captions, a detached scalar.</param>
public sealed record Collapse(Tensor Plateau, Tensor Variance)
{
    internal static Collapse Of(Scores scores, Tensor plateau)
    {
        using var _ = no_grad();
        return new(plateau.detach(), minimum(Spread(scores.Images), Spread(scores.Captions)));
    }

    internal static Collapse Of(Scores scores, double plateau) => Of(scores, tensor(plateau));

    private static Tensor Spread(Tensor embeddings) => 1 - embeddings.detach().mean([0]).square().sum();
}
