using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// Scores <c>q·h</c> of mixtures, twice: without a tensor of mixed vectors (from products that the batch has anyway, or summed where they are used), and from
/// the vectors themselves.
/// <code>
///   q·h = (Σ_k a_k s_k + c·q·q̂ + e·‖q‖₁) / √( aᵀGa + 2c·Σ a_k ŝ_k + c²·q̂·q̂ + 2e·Σ a_k sign(q)·n_k + e²·‖sign(q)‖² )
/// </code>
/// with <c>s_k = q·n_k</c>, G the Gram matrix of the parents, and hats for what is detached. Equal to rounding, values and gradients.
/// </summary>
public static class MixtureScores
{
    /// <summary>Scores by the path the context asks for, <c>[B, M]</c>; <c>-inf</c> where invalid or without direction.</summary>
    public static Tensor Of(SynthesisContext context, Mixture mixture) =>
        context.Path == SynthesisPath.Explicit
            ? Explicit(context, mixture)
            : (Few(context, mixture) ? InPlace(context, mixture) : null) ?? Algebraic(context, mixture);

    /// <summary>
    /// The algebraic path where an anchor's mixtures read few of the N rows that a Gram matrix is made of: <c>aᵀGa = ‖Σ_k a_k n_k‖²</c>, summed where it is
    /// used.
    /// Null where this torch cannot, or gradients reach what is mixed.
    /// </summary>
    internal static Tensor? InPlace(SynthesisContext context, Mixture mixture) => context.ThroughNegatives ? null
        : MixedKeys.Score(
            context.Direction.Anchors, context.SourceKeys, mixture.Parents, mixture.Weights, mixture.Valid, mixture.Anchor, mixture.Sign,
            Mixture.SmallestSquare);

    // A product multiplies rows some four times as fast as they are added up.
    private static bool Few(SynthesisContext context, Mixture mixture) => 4 * mixture.Count * mixture.ParentCount <= context.Direction.KeyCount;

    /// <summary>The algebraic path: nothing of size D is gathered.</summary>
    public static Tensor Algebraic(SynthesisContext context, Mixture mixture)
    {
        var (b, m, k) = (mixture.Parents.shape[0], mixture.Count, mixture.ParentCount);
        var flat = mixture.Parents.reshape(b, m * k);
        Tensor Weighted(Tensor products) => (mixture.Weights * products.gather(1, flat).view(b, m, k)).sum(2);

        var dot = Weighted(context.ParentScores);
        var square = GramSquare(context.Gram, mixture);
        if (mixture.Anchor is { } c)
        {
            var own = context.AnchorSquare.unsqueeze(1);
            var (ownSource, crossSource) = context.ThroughNegatives ? (own, dot) : (own.detach(), dot.detach());
            square = square + c * crossSource * 2 + c * c * ownSource;
            dot = dot + c * own;
        }
        if (mixture.Sign is { } e)
        {
            var sign = context.AnchorSign;
            square = square + e * Weighted(context.SignScores) * 2 + e * e * sign.abs().sum(1).unsqueeze(1);
            dot = dot + e * (context.Direction.Anchors * sign).sum(1).unsqueeze(1);
        }
        return Quotient(dot, square, mixture.Valid);
    }

    /// <summary>The explicit path: parents gathered, mixed, normalised, multiplied.</summary>
    public static Tensor Explicit(SynthesisContext context, Mixture mixture)
    {
        var mixed = Vectors(context, mixture);
        return Quotient((mixed * context.Direction.Anchors.unsqueeze(1)).sum(2), (mixed * mixed).sum(2), mixture.Valid);
    }

    /// <summary>The mixtures before normalisation, <c>h̃</c>, <c>[B, M, D]</c>: for maps and tests.</summary>
    public static Tensor Vectors(SynthesisContext context, Mixture mixture)
    {
        var (b, m, k) = (mixture.Parents.shape[0], mixture.Count, mixture.ParentCount);
        var parents = context.SourceKeys.index_select(0, mixture.Parents.reshape(-1)).view(b, m, k, -1);
        var mixed = (mixture.Weights.unsqueeze(3) * parents).sum(2);
        if (mixture.Anchor is { } c) mixed = mixed + c.unsqueeze(2) * context.SourceAnchors.unsqueeze(1);
        if (mixture.Sign is { } e) mixed = mixed + e.unsqueeze(2) * context.AnchorSign.unsqueeze(1);
        return mixed;
    }

    // aᵀGa: the m² products of a few parents are gathered; many parents are spread over the N keys and multiplied with G whole.
    private static Tensor GramSquare(Tensor gram, Mixture mixture)
    {
        var (b, m, k, n) = (mixture.Parents.shape[0], mixture.Count, mixture.ParentCount, gram.shape[0]);
        if (k > 16)
        {
            var spread = zeros(new[] { b * m, n }, dtype: gram.dtype, device: gram.device)
                .scatter_add(1, mixture.Parents.reshape(b * m, k), mixture.Weights.reshape(b * m, k));
            return (spread.matmul(gram) * spread).sum(1).view(b, m);
        }
        var pairs = mixture.Parents.unsqueeze(3) * n + mixture.Parents.unsqueeze(2);
        var products = gram.reshape(-1).index_select(0, pairs.reshape(-1)).view(b, m, k, k);
        return (mixture.Weights.unsqueeze(3) * products * mixture.Weights.unsqueeze(2)).sum(new long[] { 2, 3 });
    }

    private static Tensor Quotient(Tensor dot, Tensor square, Tensor valid)
    {
        var defined = valid.logical_and(square >= Mixture.SmallestSquare);
        var safe = square.masked_fill(defined.logical_not(), 1.0);
        return (dot * safe.rsqrt()).masked_fill(defined.logical_not(), double.NegativeInfinity);
    }
}
