using System.Text.Json.Serialization;
using ITContrast.Losses;
using ITContrast.Negatives.Weighting;

namespace ITContrast.Systems.Coder;

/// <summary>
/// Options of <see cref="CoderSystem"/>. The paper's values were not found; defaults follow its verified relative USER [V] and CVSE [V], or are this project's
/// [I] where said.
/// </summary>
public sealed record CoderOptions
{
    /// <summary>K, keys of each queue. Default 2,048 (USER on Flickr30K); 0 trains without queues, in-batch only.</summary>
    public int QueueLength { get; init; } = 2048;

    /// <summary>
    /// Whether queues keep keys in float32. Default false: in bfloat16, which anchors and weights are rounded to where they meet them, sums being float32, as
    /// mixed precision does with what takes no gradient [I]; half the memory, and less time on processors that multiply such numbers.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FloatKeys { get; init; }

    /// <summary>m of the momentum encoders. Default 0.999 (USER); within [0, 1].</summary>
    public double Momentum { get; init; } = 0.999;

    /// <summary>The adaptive weighting of pairs. Default log-sum-exp, μ = 90, γ = 0.5 (USER).</summary>
    [JsonIgnore]
    public IPairWeighting Weighting { get; init; } = new LogSumExpWeighting();

    /// <summary>
    /// Weighs in-batch pairs by how crowded their neighbourhoods are in the queues (<see cref="HalGlobal"/>), and queued keys by <see cref="Weighting"/> all
    /// the same; null weighs both by <see cref="Weighting"/>. Needs queues.
    /// </summary>
    [JsonIgnore]
    public HalGlobalOptions? Crowding { get; init; }

    /// <summary>Sinkhorn normalisation of the in-batch scores of both branches; null for none.</summary>
    [JsonIgnore]
    public NormalisationOptions? Normalisation { get; init; }

    /// <summary>Weight of the in-batch term beside the queue term. Default 20 (USER on Flickr30K); at least 0.</summary>
    public double BatchWeight { get; init; } = 20;

    /// <summary>Weight of the concept branch's loss. Default 0.2 (CVSE's 1 beside 5); 0 leaves the branch out of training and of inference.</summary>
    public double ConceptWeight { get; init; } = 0.2;

    /// <summary>Weight of the pseudo-label prediction. Default 0.1 [I]; at least 0. Ignored without the concept branch.</summary>
    public double ClusterWeight { get; init; } = 0.1;

    /// <summary>Prototypes of the pseudo labels. Default 256 [I].</summary>
    public int Clusters { get; init; } = 256;

    /// <summary>How pseudo labels are assigned. Default Sinkhorn [I].</summary>
    public ClusterAssignment Assignment { get; init; } = ClusterAssignment.Sinkhorn;

    /// <summary>
    /// β of <c>s = β·cos(instance) + (1−β)·cos(concept)</c> until it is tuned on the validation split after the first epoch. Default 0.9 (CVSE); within [0, 1].
    /// </summary>
    public double Mix { get; init; } = 0.9;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public CoderOptions Validated()
    {
        Require(QueueLength >= 0, nameof(QueueLength), QueueLength, "at least 0");
        Require(Momentum is >= 0 and <= 1, nameof(Momentum), Momentum, "a number within [0, 1]");
        Require(BatchWeight >= 0, nameof(BatchWeight), BatchWeight, "at least 0");
        Require(ConceptWeight >= 0, nameof(ConceptWeight), ConceptWeight, "at least 0");
        Require(ClusterWeight >= 0, nameof(ClusterWeight), ClusterWeight, "at least 0");
        Require(Clusters >= 2, nameof(Clusters), Clusters, "at least 2");
        Require(Mix is >= 0 and <= 1, nameof(Mix), Mix, "a number within [0, 1]");
        Require(Crowding is null || QueueLength > 0, nameof(QueueLength), QueueLength, "at least 1 with Crowding, whose neighbourhoods are the queues'");
        return this;
    }

    private static void Require(bool holds, string name, double value, string wanted)
    {
        if (!holds) throw new ArgumentOutOfRangeException(name, $"{name} is {value}; use {wanted}.");
    }
}
