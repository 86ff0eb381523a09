using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>
/// OSCAR as a cross-encoder: caption, tags and regions in one sequence, and the probability that they belong together.
/// <code>score = softmax(logits)₁</code>
/// Every pair is a pass of its own (5 million for COCO 1K), so it re-ranks a bi-encoder's candidates or serves small sets.
/// Source: <c>oscar/run_retrieval.py</c> [V, METHODS 6.5].
/// </summary>
public sealed class OscarMatcher(OscarModel model)
{
    /// <summary>The model with its matching head.</summary>
    public OscarModel Model => model;

    /// <summary>Matching logits, <c>[B, 2]</c>.</summary>
    /// <param name="ids">[CLS] caption [SEP] tags [SEP] and padding, <c>[B, L]</c> int64.</param>
    /// <param name="types">0 in the caption part, 1 in the tags part, 0 at padding; <c>[B, L]</c> int64.</param>
    /// <param name="features">Regions <c>[B, R, F]</c>, zero rows past an image's count.</param>
    /// <param name="mask">1 at real positions of text and regions, <c>[B, L + R]</c>.</param>
    public Tensor Logits(Tensor ids, Tensor types, Tensor features, Tensor mask) => model.Match(model.Pool(model.Sequence(ids, types, features, mask)));

    /// <summary>Probability of a match, <c>[B]</c>.</summary>
    public Tensor Score(Tensor ids, Tensor types, Tensor features, Tensor mask) => Logits(ids, types, features, mask).softmax(1).select(1, 1);
}
