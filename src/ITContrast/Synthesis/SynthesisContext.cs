using ITContrast.Negatives;
using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>Which of the two equal ways computes the scores of synthesised negatives.</summary>
public enum SynthesisPath
{
    /// <summary>
    /// The algebraic path for every mixture, by the Gram matrix or, where few parents are mixed, by their sums; the explicit one for what has no Gram form
    /// (noise).
    /// </summary>
    Automatic,
    /// <summary>Gather the parents, mix, normalise, multiply: <c>[B, M, m, D]</c> numbers. The tests' oracle.</summary>
    Explicit,
}

/// <summary>
/// What the operators of one step share for one direction: anchors and keys, the hardness profile, a random stream, and the products that the algebraic path
/// reads.
/// Products are made when first asked for, once for all operators.
/// </summary>
public sealed class SynthesisContext
{
    private Tensor? parentScores, gram, anchorSquare, signScores;

    /// <summary>Prepares a step.</summary>
    /// <param name="direction">Anchors, keys, scores, mask.</param>
    /// <param name="profile">Its hardest negatives.</param>
    /// <param name="random">Generator of this step's named stream.</param>
    /// <param name="throughNegatives">False (as in every verified relative) detaches what is synthesised, so that gradient reaches the model only through the
    /// anchor q;
    /// true lets it through to the parents too.</param>
    /// <param name="path">How scores are computed.</param>
    public SynthesisContext(
        Direction direction, HardnessProfile profile, Generator random, bool throughNegatives = false, SynthesisPath path = SynthesisPath.Automatic)
    {
        (Direction, Profile, Random, ThroughNegatives, Path) = (direction, profile, random, throughNegatives, path);
        SourceKeys = throughNegatives ? direction.Keys : direction.Keys.detach();
        SourceAnchors = throughNegatives ? direction.Anchors : direction.Anchors.detach();
    }

    /// <summary>Anchors, keys, scores and mask.</summary>
    public Direction Direction { get; }
    /// <summary>The K hardest negatives of each anchor.</summary>
    public HardnessProfile Profile { get; }
    /// <summary>Source of mixing coefficients and parents.</summary>
    public Generator Random { get; }
    /// <summary>Whether gradients flow through what is synthesised.</summary>
    public bool ThroughNegatives { get; }
    /// <summary>How scores are computed.</summary>
    public SynthesisPath Path { get; }

    /// <summary>Keys as parents, <c>[N, D]</c>: detached unless <see cref="ThroughNegatives"/>.</summary>
    public Tensor SourceKeys { get; }
    /// <summary>Anchors as ingredients, <c>[B, D]</c>: detached unless <see cref="ThroughNegatives"/>.</summary>
    public Tensor SourceAnchors { get; }

    /// <summary><c>q·sg(n)</c>, <c>[B, N]</c>. Not the attached S of the batch, whose gradient would reach the captions as well.</summary>
    public Tensor ParentScores => parentScores ??= ThroughNegatives ? Direction.Scores : AnchorScores.Of(Direction.Anchors, SourceKeys, Direction.Scores);

    /// <summary>Gram matrix of the keys, <c>[N, N]</c>.</summary>
    public Tensor Gram => gram ??= SourceKeys.matmul(SourceKeys.T);

    /// <summary><c>q·sg(q)</c>, <c>[B]</c>: 1 in value, with the gradient of a product by a constant.</summary>
    public Tensor AnchorSquare => anchorSquare ??= (Direction.Anchors * SourceAnchors).sum(1);

    /// <summary>sign(q), <c>[B, D]</c>, detached.</summary>
    public Tensor AnchorSign => Direction.Anchors.detach().sign();

    /// <summary><c>sign(q)·n</c>, <c>[B, N]</c>.</summary>
    public Tensor SignScores => signScores ??= AnchorSign.matmul(SourceKeys.T);
}
