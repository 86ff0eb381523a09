using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>
/// CODER: momentum contrast for both modalities with diversity-sensitive weights (DCL), in an instance branch and a concept branch.
/// <code>
///   DCL(x)  = λ_b·L_w(batch) + L_w(queues)                       L_w the weighted pair loss
///   L       = DCL(instances) + w_c·DCL(descriptors) + w_p·CE(pseudo labels)
/// </code>
/// One step: momentum update, keys, pseudo labels from the keys, loss against the old queues; then, after the optimiser, the keys are enqueued.
/// Keys of the anchor's own image or concept are masked. Source: Wang et al., CODER (ECCV 2022) [A for the components];
/// queues and weighting after USER [V], concept branch after CVSE without its label leak [V, I].
/// </summary>
public sealed class CoderSystem : IValidatedSystem
{
    private readonly CoderOptions options;
    private readonly WeightedPairLoss loss;
    private readonly HalGlobal? crowding;
    private readonly NormalisedLoss? normalised;
    private readonly ClusterWatch watch = new();
    private readonly IPairEncoder queries, keys;
    private readonly ConceptBranch? concepts, keyConcepts;
    private readonly Dictionaries? instanceQueues, conceptQueues;
    private readonly PseudoClusters? clusters;
    private readonly SystemModule module;
    private (Pair Instances, Pair? Concepts)? pending;

    /// <summary>Composes the system.</summary>
    /// <param name="encoder">Makes one pair of encoders; called twice, for queries and momentum keys.</param>
    /// <param name="graph">The concept graph with word vectors <c>[C, W]</c>; null leaves the concept branch out.</param>
    /// <param name="seed">Seed of queues and prototypes.</param>
    /// <param name="options">Defaults when null.</param>
    public CoderSystem(Func<IPairEncoder> encoder, (ConceptGraph Graph, Tensor WordVectors)? graph, ulong seed, CoderOptions? options = null)
    {
        this.options = options = (options ?? new()).Validated();
        loss = new WeightedPairLoss(options.Weighting);
        crowding = options.Crowding is { } neighbourhoods ? new(neighbourhoods) : null;
        normalised = options.Normalisation is { } normalisation ? new(loss, normalisation) : null;
        (queries, keys) = (encoder(), encoder());
        if (graph is { } g && options.ConceptWeight > 0)
        {
            (concepts, keyConcepts) = (Branch(g), Branch(g));
            using var random = new RandomStream(seed, "coder.prototypes").Generator();
            clusters = new PseudoClusters(options.Clusters, queries.Dimension, random, options.Assignment);
        }
        if (options.QueueLength > 0)
        {
            instanceQueues = new Dictionaries(options.QueueLength, queries.Dimension, seed, "coder.instances");
            if (concepts is not null) conceptQueues = new Dictionaries(options.QueueLength, queries.Dimension, seed, "coder.concepts");
        }
        foreach (var parameter in keys.Module.parameters().Concat(keyConcepts?.parameters() ?? [])) parameter.requires_grad_(false);
        Mixed = new CoderEncoder(queries, concepts, options.Mix);
        var parts = new (string, object?)[]
        {
            ("encoder", queries.Module), ("momentum", keys.Module), ("concepts", concepts), ("momentum_concepts", keyConcepts),
            ("queues", instanceQueues), ("concept_queues", conceptQueues), ("clusters", clusters),
            ("mixing", concepts is null ? null : Mixed.Mixed),
        };
        module = new(Name, [.. parts.Where(p => p.Item2 is not null).Select(p => (p.Item1, p.Item2!))]);

        ConceptBranch Branch((ConceptGraph Graph, Tensor WordVectors) x) => new(x.Graph, x.WordVectors, queries.Dimension, options.Clusters);
    }

    /// <inheritdoc/>
    public string Name => "coder";

    /// <inheritdoc/>
    public IPairEncoder Encoder => Mixed;

    /// <summary>The momentum encoders of the instance branch, which make the keys that are queued.</summary>
    public IPairEncoder Keys => keys;

    /// <summary>Both branches with their mixing weight, tuned on the validation split after every epoch.</summary>
    public CoderEncoder Mixed { get; }

    /// <inheritdoc/>
    public nn.Module Module => module;

    /// <inheritdoc/>
    /// <remarks>Diagnostics are the instance branch's in-batch ones and, with the concept branch, <c>cluster-usage</c> (1 even, 0 collapsed).</remarks>
    /// <exception cref="Training.TrainingException">The pseudo labels have collapsed: nearly all pairs have had one label for 50 steps.</exception>
    public LossResult Loss(PairBatch batch, TrainingStep step)
    {
        FollowQueries(step);
        var ids = tensor(batch.Groups, device: batch.SameGroup.device);
        // What is fixed is the same before queries and keys: computed once.
        var front = queries is IFixedFront shared && keys is IFixedFront ? shared.Front(batch) : null;
        var instances = Encode(queries, batch, front);
        var (instanceKeys, conceptKeys) = KeysOf(batch, front);
        pending?.Instances.Dispose();
        pending?.Concepts?.Dispose();
        pending = (instanceKeys, conceptKeys);

        var result = InBatch(instances, instanceQueues, instanceKeys, scores => loss.Compute(scores));
        var value = result.Value * options.BatchWeight;
        if (instanceQueues is not null) value = value + instanceQueues.Loss(loss, instances, instanceKeys, ids);
        if (concepts is null) return result with { Value = value };

        var basis = concepts.Basis();
        var descriptors = new Pair(concepts.OfImages(instances.Images, basis), concepts.OfCaptions(instances.Captions, basis));
        var conceptual =
            InBatch(descriptors, conceptQueues, conceptKeys!.Value, scores => new(loss.Value(scores), result.Diagnostics)).Value * options.BatchWeight;
        if (conceptQueues is not null) conceptual = conceptual + conceptQueues.Loss(loss, descriptors, conceptKeys!.Value, ids);
        var labels = clusters!.Label(instanceKeys.Images, instanceKeys.Captions);
        value = value + conceptual * options.ConceptWeight + concepts.PredictionLoss(descriptors.Images, descriptors.Captions, labels) * options.ClusterWeight;
        var usage = clusters.UsageEntropy(labels);
        if (options.ClusterWeight > 0) watch.Observe(usage, clusters.Count, step.Step);
        return result with { Value = value, Diagnostics = new Dictionary<string, Tensor>(result.Diagnostics) { ["cluster-usage"] = tensor((float)usage) } };

        LossResult InBatch(Pair queries, Dictionaries? queues, Pair keys, Func<Scores, LossResult> plain)
        {
            var scores = Scores.Of(queries.Images, queries.Captions, batch.SameGroup);
            if (normalised is not null) scores = normalised.Adjust(scores);
            return crowding is null ? plain(scores) : queues!.Crowded(crowding, scores, keys, ids);
        }
    }

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step)
    {
        if (pending is not { } waiting) return;
        using var scope = NewDisposeScope();
        var ids = tensor(batch.Groups, device: batch.SameGroup.device);
        instanceQueues?.Enqueue(waiting.Instances, ids);
        if (waiting.Concepts is { } conceptual) conceptQueues?.Enqueue(conceptual, ids);
        waiting.Instances.Dispose();
        waiting.Concepts?.Dispose();
        pending = null;
    }

    /// <inheritdoc/>
    /// <remarks>Tunes β, see <see cref="CoderEncoder.Mix"/>: <c>mix</c> and the rsums of both branches alone. Nothing without a concept branch.</remarks>
    public IReadOnlyDictionary<string, double> AfterEpoch(ValidationView view)
    {
        if (concepts is null) return new Dictionary<string, double>();
        var (instance, concept, _) = Mixed.Tune(view);
        return new Dictionary<string, double> { ["mix"] = Mixed.Mix, ["instance-rsum"] = instance, ["concept-rsum"] = concept };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pending?.Instances.Dispose();
        pending?.Concepts?.Dispose();
        module.Dispose();
    }

    // Key encoders start as copies of the query encoders.
    private void FollowQueries(TrainingStep step)
    {
        var momentum = step.Step == 0 ? 0 : options.Momentum;
        Momentum.Update(queries.Module, keys.Module, momentum);
        if (concepts is not null) Momentum.Update(concepts, keyConcepts!, momentum);
    }

    private static Pair Encode(IPairEncoder encoder, PairBatch batch, FixedFront? front) => front is not null && encoder is IFixedFront parted
        ? new(parted.ImagesBehind(front), parted.CaptionsBehind(front, batch.Captions))
        : new(encoder.Images(batch.Images), encoder.Captions(batch.Captions));

    private (Pair Instances, Pair? Concepts) KeysOf(PairBatch batch, FixedFront? front)
    {
        using var _ = no_grad();
        var instances = Encode(keys, batch, front).KeepBeyondScope();
        if (keyConcepts is null) return (instances, null);
        var basis = keyConcepts.Basis();
        return (instances, new Pair(keyConcepts.OfImages(instances.Images, basis), keyConcepts.OfCaptions(instances.Captions, basis)).KeepBeyondScope());
    }
}
