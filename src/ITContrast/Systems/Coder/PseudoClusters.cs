using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>How instances are assigned to prototypes.</summary>
public enum ClusterAssignment
{
    /// <summary>The nearest prototype; prototypes follow their members (online k-means).</summary>
    KMeans,
    /// <summary>Sinkhorn-balanced: every prototype gets an equal share of the batch before the argmax.</summary>
    Sinkhorn,
}

/// <summary>
/// Pseudo labels made online from momentum embeddings, shared by both halves of a pair.
/// <code>
///   z = normalize(image key + caption key)        y = argmax_c z·p_c  (k-means)  or argmax_c of the Sinkhorn plan of e^{z·p/ε}
///   p_c ← normalize( m·p_c + (1−m)·mean of its members )
/// </code>
/// CODER "generates pseudo online clustering labels" from instance embeddings [A]; the rules are this project's [I].
/// <see cref="UsageEntropy"/> near 0 means that all instances went to one prototype: the labels say nothing.
/// </summary>
public sealed class PseudoClusters : nn.Module
{
    private readonly Tensor prototypes;
    private readonly ClusterAssignment assignment;
    private readonly double momentum, epsilon;
    private readonly int iterations;

    /// <summary>Creates random prototypes.</summary>
    /// <param name="count">Number of prototypes; at least 2.</param>
    /// <param name="dimension">D.</param>
    /// <param name="random">Generator of the prototypes' named stream.</param>
    /// <param name="assignment">The rule.</param>
    /// <param name="momentum">m of a prototype that has members in the batch; within [0, 1).</param>
    /// <param name="epsilon">ε of Sinkhorn; above 0.</param>
    /// <param name="iterations">Sinkhorn iterations.</param>
    public PseudoClusters(
        int count, int dimension, Generator random, ClusterAssignment assignment = ClusterAssignment.Sinkhorn, double momentum = 0.9, double epsilon = 0.05,
        int iterations = 3)
        : base(nameof(PseudoClusters))
    {
        if (count < 2) throw new ArgumentOutOfRangeException(nameof(count), $"count is {count}; use at least 2.");
        if (!(momentum is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(momentum), $"momentum is {momentum}; use a number within [0, 1).");
        if (!(epsilon > 0)) throw new ArgumentOutOfRangeException(nameof(epsilon), $"epsilon is {epsilon}; use a number above 0.");
        (Count, this.assignment, this.momentum, this.epsilon, this.iterations) = (count, assignment, momentum, epsilon, iterations);
        prototypes = nn.functional.normalize(randn(count, dimension, generator: random));
        RegisterComponents();
    }

    /// <summary>Number of prototypes.</summary>
    public int Count { get; }

    /// <summary>Labels of a batch, <c>[B]</c> int64, from momentum keys of its pairs; prototypes are updated.</summary>
    public Tensor Label(Tensor imageKeys, Tensor captionKeys)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var z = nn.functional.normalize(imageKeys.detach() + captionKeys.detach());
        var scores = z.matmul(prototypes.T);
        var labels = (assignment == ClusterAssignment.KMeans ? scores : Plan(scores / epsilon)).argmax(1);
        Follow(z, labels);
        return labels.MoveToOuterDisposeScope();
    }

    /// <summary>Entropy of the labels' histogram over ln(count): 1 uses all prototypes alike, 0 is a collapse.</summary>
    public double UsageEntropy(Tensor labels)
    {
        using var onHost = labels.cpu();
        long[] each = onHost.data<long>().ToArray();
        return each.GroupBy(label => label).Sum(members => -members.Count() / (double)each.Length * Math.Log(members.Count() / (double)each.Length))
            / Math.Log(Count);
    }

    /// <summary>Log of the Sinkhorn plan: columns and rows normalised in turn, <c>[B, C]</c>.</summary>
    internal Tensor Plan(Tensor logits)
    {
        for (var i = 0; i < iterations; i++)
        {
            logits = logits - logits.logsumexp(0, true);
            logits = logits - logits.logsumexp(1, true);
        }
        return logits;
    }

    private void Follow(Tensor z, Tensor labels)
    {
        var size = zeros([Count], dtype: z.dtype, device: z.device).index_add(0, labels, ones_like(labels).to(z.dtype), 1).unsqueeze(1);
        var mean = zeros_like(prototypes).index_add(0, labels, z, 1) / size.clamp(min: 1);
        var moved = nn.functional.normalize(prototypes * momentum + mean * (1 - momentum));
        prototypes.copy_(where(size > 0, moved, prototypes));
    }
}
