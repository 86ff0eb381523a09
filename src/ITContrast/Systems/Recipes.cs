using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Encoders.Branches;
using ITContrast.Encoders.CrossAttention;
using ITContrast.Experiments;
using ITContrast.Losses;
using ITContrast.Negatives.Weighting;
using ITContrast.Synthesis;
using ITContrast.Systems.Coder;
using ITContrast.Systems.CrossAttention;
using ITContrast.Systems.Distillation;
using ITContrast.Systems.ModalityInvariant;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems;

/// <summary>The systems by name, each composed on the same backbone, so that only the method differs.</summary>
public static class Recipes
{
    /// <summary>All names, as the command line and run folders write them.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "light", "itcontrast", "infonce", "ncl", "hcl", "vse0", "vse++", "vse-infinity", "convse", "convse++", "siglip", "hal", "hal-global", "coder",
        "modality-invariant",
        "scan", "distilled",
    ];

    /// <summary>
    /// How often a system's numbers changed while the others' stayed; part of a run's identity where above 0. CODER 1: the mix is tuned on the validation
    /// split; 2: concepts begin with the run's word vectors; 3: queued keys are bfloat16. Distilled 1: the student is a whole system, whose embeddings are made once
    /// more for the teacher's term.
    /// </summary>
    public static int Revision(string system) => system == "coder" ? 3 : system == "distilled" ? 1 : 0;

    /// <summary>Composes a system with the default start values of its layers.</summary>
    /// <param name="config">Names the system and holds its options.</param>
    /// <param name="parts">Encoders, words and captions.</param>
    /// <exception cref="ArgumentException">The name is unknown, or the system needs regions and the run has none.</exception>
    public static IMatchingSystem Create(RunConfig config, RecipeParts parts)
    {
        var method = config.Method ?? new();
        var backbone = parts.Backbone;
        IPairLoss Normalised(IPairLoss loss) => method.Normalisation is { } options ? new NormalisedLoss(loss, options) : loss;
        LossSystem Under(IPairLoss loss) => new(config.System, backbone(), Normalised(loss));
        DistillationSystem Distilled(IMatchingSystem student) =>
            new(config.System, student, Scan(config, method, parts), new TripletLoss(method.Margin), method.Distillation);
        IPairLoss InfoNce() => new HardNegativeLoss(method.Loss with { Form = LossForm.InfoNce, Lambda = 0 });
        IMatchingSystem system = config.System switch
        {
            "light" => new LightSystem(backbone(), config.Temperature, config.Loss),
            "itcontrast" => ITContrast(method, config.Training.BatchSize, backbone, () => Normalised(new HardNegativeLoss(method.Loss))),
            "infonce" => Under(InfoNce()),
            "ncl" => new LossSystem(config.System, backbone(), new NormalisedLoss(InfoNce(), method.Normalisation)),
            "hcl" => Under(new HardNegativeLoss(method.Loss with { Form = LossForm.Hcl })),
            "vse0" => Under(new TripletLoss(method.Margin, HingeNegatives.All)),
            "vse++" => Under(new TripletLoss(method.Margin)),
            "vse-infinity" => new VseInfinitySystem(
                VseInfinity(config, parts), Normalised(new TripletLoss(method.Margin, HingeNegatives.All)), Normalised(new TripletLoss(method.Margin))),
            "convse" => ConVse(config, method, backbone(), Normalised(new ConVse(method.Temperature))),
            "convse++" => ConVse(config, method, backbone(), Normalised(new ConVsePlusPlus(method.Temperature, method.Margin))),
            "siglip" => Under(new SigLip()),
            "hal" => Under(new WeightedPairLoss(new LogSumExpWeighting(60, 0.7))),
            "hal-global" => new HalGlobalSystem(backbone(), config.Seed, method.HalGlobal, method.Normalisation is { } n ? new(new TripletLoss(), n) : null),
            "coder" => Coder(config, method, backbone, parts.Captions()),
            "modality-invariant" => new ModalityInvariantSystem(backbone(), method.ModalityInvariant, Normalised),
            "scan" => new ScanSystem(config.System, Scan(config, method, parts), Normalised(new TripletLoss(method.Margin))),
            "distilled" => Distilled(Under(InfoNce())),
            var name => throw new ArgumentException($"'{name}' is no system; there are: {string.Join(", ", Names)}."),
        };
        if (method.Distillation is null || system is DistillationSystem) return system;
        if (system is not ModalityInvariantSystem || method.ModalityInvariant.StageEpochs[2] == 0) return Distilled(system);
        system.Dispose();
        throw new ArgumentException(
            "The modality-invariant embedding freezes its encoders in stage 3, and distillation would train them there: give that stage 0 epochs.");
    }

    private static ITContrastSystem ITContrast(MethodConfig method, int batch, Func<IPairEncoder> encoder, Func<IPairLoss> loss)
    {
        var grouped =
            method.Operators.Contains("learned-representatives")
            || (method.Operators.Contains("representatives") && method.Representatives.Thresholds.Count == 0);
        if (method.Operators.Count > 0) method.Synthesis.ValidatedFor(batch, grouped ? method.Representatives.Groups : null);
        var operators = method.Operators.Select(name => Operators.Create(name, method.Synthesised, method.Synthesis.Hardest, method.Representatives)).ToList();
        return new(encoder(), loss(), operators.Count == 0 ? null : new NegativeSynthesizer(operators, method.Synthesis), method.MaskConcepts ?? true);
    }

    private static IMatchingSystem ConVse(RunConfig config, MethodConfig method, IPairEncoder encoder, IPairLoss loss)
    {
        var heads = new ProjectionHeads(encoder);
        return method.BaseEpochs is { } epochs
            ? new TwoPhaseSystem(config.System, heads, new TripletLoss(method.Margin), loss, epochs)
            : new LossSystem(config.System, heads, loss);
    }

    private static CoderSystem Coder(RunConfig config, MethodConfig method, Func<IPairEncoder> backbone, IReadOnlyList<IReadOnlyList<string>> captions)
    {
        var crowding = method.HalGlobal ?? new();
        IPairWeighting weighting = method.Weighting switch
        {
            "uniform" => new UniformWeighting(),
            "infonce" => new SoftmaxWeighting(method.Temperature),
            "log-sum-exp" => new LogSumExpWeighting(),
            "hardest" => new HardestWeighting(method.Margin),
            "polynomial" => new PolynomialWeighting(method.Margin),
            "hal" or "hal-global" => new LogSumExpWeighting(crowding.Alpha, crowding.Epsilon),
            var name => throw new ArgumentException(
                $"'{name}' is no weighting; there are: uniform, infonce, log-sum-exp, hal, hal-global, hardest, polynomial."),
        };
        var graph = Graph(method, captions);
        // Shapes only: whoever makes the system sets the run's word vectors (LightRun), or loads them.
        var width = Sizes(config).Word;
        using var random = new RandomStream(config.Seed, "coder.words").Generator();
        using var words = randn(graph.Concepts.Count, width, generator: random) / Math.Sqrt(width);
        return new(
            backbone,
            (graph, words),
            config.Seed,
            (method.Coder ?? new()) with
            {
                Weighting = weighting,
                Crowding = method.Weighting == "hal-global" ? crowding : null,
                Normalisation = method.Normalisation,
            });
    }

    private static ConceptGraph Graph(MethodConfig method, IReadOnlyList<IReadOnlyList<string>> captions)
    {
        var together = ConceptGraph.FromCaptions(captions, method.Concepts, StopWords);
        if (method.Relations is null or ConceptRelations.CoOccurrence) return together;
        var relations = new WordRelations(method.Relations == ConceptRelations.WordNet ? WordNet.Open() : WordNetDictionary.Open(WordNetDictionary.Folder
            ?? throw new DataException(
                "WordNet in full is not installed on this machine. Install Debian's package wordnet-base, or relate concepts by pictocap's part of it (Relations = WordNet)."
            )));
        return ConceptGraph.FromRelations(together.Concepts, relations.Related);
    }

    private static ScanEncoder Scan(RunConfig config, MethodConfig method, RecipeParts parts)
    {
        var (dimension, words, _, trained) = Sizes(config);
        return new(parts.Vocabulary.VocabularySize, Regions(config, parts), dimension, words, method.Scan, trained);
    }

    private static VseInfinityEncoder VseInfinity(RunConfig config, RecipeParts parts)
    {
        var (dimension, words, state, trained) = Sizes(config);
        return new(parts.Vocabulary, new() { RegionDimension = Regions(config, parts), Dimension = dimension, Hidden = dimension / 2 }, words, state, trained);
    }

    private static (int Dimension, int Word, int State, bool TrainWords) Sizes(RunConfig config) => config.Heads is { } heads
        ? (heads.Dimension, heads.WordDimension, heads.StateDimension, heads.TrainWords)
        : (config.Backbone.Dimension, config.Backbone.WordDimension, config.Backbone.StateDimension, config.Backbone.TrainWords);

    private static int Regions(RunConfig config, RecipeParts parts) => parts.RegionDimension > 0 ? parts.RegionDimension
        : throw new ArgumentException($"'{config.System}' reads regions, but this run's images are pixels. Train it on grid features or on stored regions.");

    private static readonly HashSet<string> StopWords =
        [
            "a", "an", "the", "of", "and", "or", "in", "on", "with", "to", "for", "from", "at", "by", "as", "is", "are", "that", "which", "used", "having",
            "something", "one",
        ];
}
