using ITContrast.Encoders;
using ITContrast.Experiments;
using ITContrast.Losses;
using ITContrast.Negatives.Weighting;
using ITContrast.Synthesis;
using ITContrast.Systems.Coder;
using ITContrast.Systems.ModalityInvariant;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems;

/// <summary>The systems by name, each composed on the same backbone, so that only the method differs.</summary>
public static class Recipes
{
    private const int ConceptWidth = 128;

    /// <summary>All names, as the command line and run folders write them.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["light", "itcontrast", "infonce", "hcl", "vse0", "vse++", "convse", "convse++", "siglip", "hal", "coder", "modality-invariant"];

    /// <summary>Composes a system with the default start values of its layers.</summary>
    /// <param name="config">Names the system and holds its options.</param>
    /// <param name="backbone">Makes one pair of encoders.</param>
    /// <param name="captions">Words of the training captions; asked for by systems with a concept graph.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static IMatchingSystem Create(RunConfig config, Func<IPairEncoder> backbone, Func<IReadOnlyList<IReadOnlyList<string>>> captions)
    {
        var method = config.Method ?? new();
        LossSystem Under(IPairLoss loss) => new(config.System, backbone(), loss);
        return config.System switch
        {
            "light" => new LightSystem(backbone(), config.Temperature, config.Loss),
            "itcontrast" => ITContrast(method, backbone()),
            "infonce" => Under(new HardNegativeLoss(method.Loss with { Form = LossForm.InfoNce, Lambda = 0 })),
            "hcl" => Under(new HardNegativeLoss(method.Loss with { Form = LossForm.Hcl })),
            "vse0" => Under(new TripletLoss(method.Margin, HingeNegatives.All)),
            "vse++" => Under(new TripletLoss(method.Margin)),
            "convse" => new LossSystem(config.System, new ProjectionHeads(backbone()), new ConVse(method.Temperature)),
            "convse++" => new LossSystem(config.System, new ProjectionHeads(backbone()), new ConVsePlusPlus(method.Temperature, method.Margin)),
            "siglip" => Under(new SigLip()),
            "hal" => Under(new WeightedPairLoss(new LogSumExpWeighting(60, 0.7))),
            "coder" => Coder(config, method, backbone, captions()),
            "modality-invariant" => new ModalityInvariantSystem(backbone(), method.ModalityInvariant),
            var name => throw new ArgumentException($"'{name}' is no system; there are: {string.Join(", ", Names)}."),
        };
    }

    private static ITContrastSystem ITContrast(MethodConfig method, IPairEncoder encoder)
    {
        var operators = method.Operators.Select(name => Operators.Create(name, method.Synthesised, method.Synthesis.Hardest, method.Representatives)).ToList();
        return new(encoder, new HardNegativeLoss(method.Loss), operators.Count == 0 ? null : new NegativeSynthesizer(operators, method.Synthesis));
    }

    private static CoderSystem Coder(RunConfig config, MethodConfig method, Func<IPairEncoder> backbone, IReadOnlyList<IReadOnlyList<string>> captions)
    {
        IPairWeighting weighting = method.Weighting switch
        {
            "infonce" => new SoftmaxWeighting(method.Temperature),
            "log-sum-exp" => new LogSumExpWeighting(),
            "hardest" => new HardestWeighting(method.Margin),
            "polynomial" => new PolynomialWeighting(method.Margin),
            var name => throw new ArgumentException($"'{name}' is no weighting; there are: infonce, log-sum-exp, hardest, polynomial."),
        };
        var graph = ConceptGraph.FromCaptions(captions, method.Concepts, StopWords);
        using var random = new RandomStream(config.Seed, "coder.words").Generator();
        using var words = randn(graph.Concepts.Count, ConceptWidth, generator: random) / Math.Sqrt(ConceptWidth);
        return new(backbone, (graph, words), config.Seed, (method.Coder ?? new()) with { Weighting = weighting });
    }

    private static readonly HashSet<string> StopWords =
        ["a", "an", "the", "of", "and", "or", "in", "on", "with", "to", "for", "from", "at", "by", "as", "is", "are", "that", "which", "used", "having", "something", "one"];
}
