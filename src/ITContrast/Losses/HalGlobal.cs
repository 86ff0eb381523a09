using ITContrast.Negatives;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// HAL's global weighting: a pair's weight is how crowded the neighbourhoods of both its members are in a memory bank, against how well they match.
/// <code>
///   A_i  = Σ_{top k} e^{b·s(i, captions of the bank) − ε₋}        A_t the same for caption t over the bank's images
///   w_it = (A_i + A_t) / (A_i + A_t + e^{b·s_ii} + e^{b·s_tt})
///   w_ii = 1 − e^{a·s_ii} / ( e^{a·s_ii} + Σ_{top k} e^{a·s(i, bank)} + Σ_{top k} e^{a·s(t, bank)} )
///   L    = (1/B) Σ_i { (1/α) log(2 + Σ_j e^{α·w_ij·(s_ij − ε)}) + the same over columns − log(1 + relu(w_ii·s_ii)) }
/// </code>
/// 2 = 1 + e⁰: the source gives the diagonal weight 0 and leaves it in the sum. ε₊ of the source stands in every term of w_ii and cancels; ε₋ is not
/// multiplied by b there. Weights carry no gradient. An empty bank weighs negatives 0 and positives 0.
/// Source: Liu et al., HAL (AAAI 2020), <c>hardyqr/HAL</c> [V, METHODS 2.4]; masked pairs (same image or concept) are left out [I].
/// </summary>
/// <param name="options">Defaults when null.</param>
public sealed class HalGlobal(HalGlobalOptions? options = null)
{
    private readonly HalGlobalOptions options = (options ?? new()).Validated();

    /// <summary>The loss of a batch.</summary>
    /// <param name="scores">Real pairs.</param>
    /// <param name="bankCaptions">Image anchors against the bank's captions, <c>[B, K]</c>; <c>-inf</c> where masked.</param>
    /// <param name="bankImages">Caption anchors against the bank's images, <c>[B, K]</c>; <c>-inf</c> where masked.</param>
    /// <exception cref="ShapeException">The bank's scores do not have a row a pair.</exception>
    public LossResult Compute(Scores scores, Tensor bankCaptions, Tensor bankImages)
    {
        var (rows, columns) = (Direction.OfImages(scores), Direction.OfCaptions(scores));
        if (bankCaptions.ndim != 2 || bankCaptions.shape[0] != rows.Count || !bankImages.shape.SequenceEqual(bankCaptions.shape))
            throw ShapeException.Of("scores against the bank", $"{rows.Count}, K, twice", bankImages.shape);
        var (negatives, positives) = Weights(rows.Positives.detach(), bankCaptions.detach(), bankImages.detach());
        var value = Value(scores, negatives, positives);
        var diagnostics = LossDiagnostics.Mean(
            LossDiagnostics.Of(rows.Negatives, null, rows.Positives, negatives.masked_fill(rows.Mask, 0.0)),
            LossDiagnostics.Of(columns.Negatives, null, columns.Positives, negatives.T.masked_fill(columns.Mask, 0.0)));
        return new(value, diagnostics) { Collapse = Collapse.Of(scores, null, value, (level, _) => Level(level, bankCaptions, bankImages)) };
    }

    private Tensor Value(Scores scores, Tensor negatives, Tensor positives)
    {
        var (rows, columns) = (Direction.OfImages(scores), Direction.OfCaptions(scores));
        return Push(rows, negatives) + Push(columns, negatives.T) - (rows.Positives * positives).relu().log1p().mean();
    }

    // The bank has collapsed too.
    private Tensor Level(Scores scores, Tensor bankCaptions, Tensor bankImages)
    {
        var common = scores.Matrix.select(0, 0).select(0, 0);
        var (negatives, positives) = Weights(scores.Matrix.diagonal(), Collapse.Level(bankCaptions, common), Collapse.Level(bankImages, common));
        return Value(scores, negatives, positives);
    }

    /// <summary>w <c>[B, B]</c> (images by captions) and w⁺ <c>[B]</c>.</summary>
    internal (Tensor Negatives, Tensor Positives) Weights(Tensor positives, Tensor bankCaptions, Tensor bankImages)
    {
        using var _ = no_grad();
        var k = Math.Min(options.Hardest, bankCaptions.shape[1]);
        var (ofImages, ofCaptions) = (Crowd(bankCaptions, k), Crowd(bankImages, k));
        var match = positives * options.Sharpness;
        var crowds = logaddexp(ofImages.unsqueeze(1), ofCaptions.unsqueeze(0)) - options.NegativeShift;
        var matches = logaddexp(match.unsqueeze(1), match.unsqueeze(0));
        return ((crowds - matches).sigmoid(), (logaddexp(ofImages, ofCaptions) - match).sigmoid());
    }

    // log Σ_{top k} e^{b·s}
    private Tensor Crowd(Tensor bank, long k) => (bank.topk((int)k, 1).values * options.Sharpness).logsumexp(1);

    private Tensor Push(Direction direction, Tensor weights)
    {
        var logits = ((direction.Scores - options.Epsilon) * weights * options.Alpha).masked_fill(direction.Mask, double.NegativeInfinity);
        var two = full_like(direction.Positives, Math.Log(2)).unsqueeze(1);
        return (cat([two, logits], 1).logsumexp(1) / options.Alpha).mean();
    }
}
