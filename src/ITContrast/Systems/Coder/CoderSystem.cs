using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>
/// CODER: momentum contrast for both modalities with diversity-sensitive weights (DCL), in an instance branch and a concept branch.
/// <code>
///   DCL(x)  = λ_b·L_w(batch) + L_w(queues)                       L_w the weighted pair loss
///   L       = DCL(instances) + w_c·DCL(descriptors) + w_p·CE(pseudo labels)
/// </code>
/// One step: momentum update; keys and pseudo labels from them, beside the queries; loss against the old queues; after the optimiser, the keys are enqueued.
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
    private MomentumKeys? pending;

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
        foreach (var layer in queries.Module.modules().OfType<StreamedGru>()) layer.DirectionsBeside = true;
        if (graph is { } g && options.ConceptWeight > 0)
        {
            (concepts, keyConcepts) = (Branch(g), Branch(g));
            using var random = new RandomStream(seed, "coder.prototypes").Generator();
            clusters = new PseudoClusters(options.Clusters, queries.Dimension, random, options.Assignment);
        }
        if (options.QueueLength > 0)
        {
            instanceQueues = Queues("coder.instances");
            if (concepts is not null) conceptQueues = Queues("coder.concepts");
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

        Dictionaries Queues(string stream) =>
            new(options.QueueLength, queries.Dimension, options.FloatKeys ? ScalarType.Float32 : ScalarType.BFloat16, seed, stream);

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
        // What is fixed is the same before queries and keys: computed once.
        using var front = queries is IFixedFront shared && keys is IFixedFront ? shared.Front(batch) : null;
        FollowQueries(step);
        var ids = tensor(batch.Groups, device: batch.SameGroup.device);
        using SideTask<MomentumKeys> beside = new(() => KeysOf(batch, front), beside: !keys.TalksToPeers);
        // Announced before the encoders, the graph's backward pass runs beside theirs.
        var graph = concepts?.Graph();
        var instances = Encode(queries, batch, front);
        var scores = ScoresOf(instances, batch);
        var result = crowding is null ? loss.Compute(scores) : instanceQueues!.Crowded(crowding, scores, ids);
        var value = result.Value * options.BatchWeight;
        if (concepts is null)
        {
            TakeKeys();
            if (instanceQueues is not null) value = value + Dictionaries.Losses(loss, ids, (instanceQueues, instances, pending!.Instances))[0];
            return result with { Value = value };
        }
        var descriptors = concepts.Describe(instances, graph);
        var predictions = concepts.Prediction(descriptors).Run(x => concepts.Predict(x[0], x[1]));
        scores = ScoresOf(descriptors, batch);
        var conceptual = (crowding is null ? loss.Value(scores) : conceptQueues!.Crowded(crowding, scores, ids).Value) * options.BatchWeight;
        TakeKeys();
        if (instanceQueues is not null)
        {
            var queued = Dictionaries.Losses(loss, ids, (instanceQueues, instances, pending!.Instances), (conceptQueues!, descriptors, pending.Concepts));
            (value, conceptual) = (value + queued[0], conceptual + queued[1]);
        }
        var prediction = ConceptBranch.PredictionLoss(predictions, pending!.Labels!);
        var usage = clusters!.UsageEntropy(pending.Labels!);
        if (options.ClusterWeight > 0) watch.Observe(usage, clusters.Count, step.Step);
        return result with
        {
            Value = value + conceptual * options.ConceptWeight + prediction * options.ClusterWeight,
            Diagnostics = new Dictionary<string, Tensor>(result.Diagnostics) { ["cluster-usage"] = tensor((float)usage) },
        };

        void TakeKeys()
        {
            pending?.Dispose();
            pending = beside.Result;
        }
    }

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step)
    {
        if (pending is null) return;
        using var scope = NewDisposeScope();
        var ids = tensor(batch.Groups, device: batch.SameGroup.device);
        instanceQueues?.Enqueue(pending.Instances, ids);
        conceptQueues?.Enqueue(pending.Concepts, ids);
        pending.Dispose();
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
        pending?.Dispose();
        module.Dispose();
    }

    // Key encoders start as copies of the query encoders.
    private void FollowQueries(TrainingStep step)
    {
        var momentum = step.Step == 0 ? 0 : options.Momentum;
        Momentum.Update(queries.Module, keys.Module, momentum);
        if (concepts is not null) Momentum.Update(concepts, keyConcepts!, momentum);
    }

    private static Pair Encode(IPairEncoder encoder, PairBatch batch, FixedFront? front)
    {
        if (front is null || encoder is not IFixedFront parted) return new(encoder.Images(batch.Images), encoder.Captions(batch.Captions));
        // The images' backward pass runs beside the captions'.
        var ofImages = SideGradient.Before(encoder.Module);
        var captions = parted.CaptionsBehind(front, batch.Captions);
        return new(ofImages.Run(_ => parted.ImagesBehind(front)), captions);
    }

    private Scores ScoresOf(Pair pair, PairBatch batch)
    {
        var scores = Scores.Of(pair.Images, pair.Captions, batch.SameGroup);
        return normalised is null ? scores : normalised.Adjust(scores);
    }

    private MomentumKeys KeysOf(PairBatch batch, FixedFront? front)
    {
        var instances = Encode(keys, batch, front).KeepBeyondScope();
        if (keyConcepts is null) return new(instances, default, null);
        var labels = clusters!.Label(instances.Images, instances.Captions).DetachFromDisposeScope();
        return new(instances, keyConcepts.Describe(instances).KeepBeyondScope(), labels);
    }

    /// <summary>What the momentum encoders and the prototypes say of a batch.</summary>
    /// <param name="Instances">Keys of the instance branch.</param>
    /// <param name="Concepts">Keys of the concept branch; empty without it.</param>
    /// <param name="Labels">Pseudo labels, <c>[B]</c>; null without the concept branch.</param>
    private sealed record MomentumKeys(Pair Instances, Pair Concepts, Tensor? Labels) : IDisposable
    {
        public void Dispose()
        {
            Instances.Dispose();
            Concepts.Dispose();
            Labels?.Dispose();
        }
    }
}
