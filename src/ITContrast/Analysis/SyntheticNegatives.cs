using ITContrast.Evaluation.Ranking;
using ITContrast.Losses;
using ITContrast.Negatives;
using ITContrast.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Analysis;

/// <summary>
/// What synthesis operators make of embeddings: whether the negatives are harder than real ones, too hard, made of false negatives, or outside their parents'
/// cap.
/// <code>
///   too hard     q·h &gt; q·p                       harder       q·h &gt; max_j q·n_j
///   out of cap   q·h &lt; min or &gt; max of q·n over h's parents
///   false        a parent shows the anchor's concept (groups known, but masked by image alone)
/// </code>
/// Measured on batches of captions' images, one caption an image, caption anchors over images and the other way round. Source: METHODS 7, "synthetic
/// negatives".
/// </summary>
public static class SyntheticNegatives
{
    /// <summary>Measures every operator that mixes (noise has no parents).</summary>
    /// <param name="pairs">The embeddings; only images' first captions take part.</param>
    /// <param name="operators">Operators; one of each mixing kind where null.</param>
    /// <param name="batch">Pairs at most, taken evenly from all, at least 3.</param>
    /// <param name="hardest">K, hardest negatives that are mixed; cut to the batch.</param>
    /// <param name="seed">Seed of the mixing coefficients.</param>
    /// <exception cref="ShapeException">Fewer than three images.</exception>
    public static SyntheticNegativeReport Measure(
        EmbeddedPairs pairs, IReadOnlyList<MixtureSynthesis>? operators = null, int batch = 256, int hardest = 16, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(hardest, 1);
        if (pairs.ImageCount < 3) throw new ShapeException($"Mixing two negatives needs three images or more; found {pairs.ImageCount}.");
        operators ??= Mixing;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        int size = Math.Min(batch, pairs.ImageCount), kept = Math.Min(hardest, size - 1);
        int[] images = [.. Enumerable.Range(0, size).Select(i => NormalisedRows.Sampled(i, size, pairs.ImageCount))];
        int[] first = [.. images.Select(image => Array.IndexOf(pairs.ImageOf, image))];
        Tensor v = Unit(pairs.Images, images), t = Unit(pairs.Captions, first);
        bool[] siblings = [.. from a in images from b in images select pairs.Groups is not null && a != b && pairs.Groups[a] == pairs.Groups[b]];
        Scores scores = Scores.Of(v, t, eye(size, dtype: torch.@bool));
        List<OperatorCheck> checks = [];
        foreach (MixtureSynthesis make in operators)
        {
            using Generator random = new RandomStream(seed, "synthetic negatives: " + make.Name).Generator();
            Made[] made =
            [
                .. new[] { Direction.OfImages(scores), Direction.OfCaptions(scores) }.SelectMany(direction => Of(make, direction, kept, siblings, random)),
            ];
            checks.Add(OperatorCheck.Of(make.Name, made));
        }
        return new(checks, size, kept, pairs.HasGroups);
    }

    // A mix of one parent with itself must not count as harder by float32's rounding.
    private const double Rounding = 1e-6;

    private static IReadOnlyList<MixtureSynthesis> Mixing { get; } =
        [
            .. Operators
                .Names.Where(name => name is not "learned-representatives")
                .Select(name => Operators.Create(name, 8, 16, new() { Groups = 1 }))
                .OfType<MixtureSynthesis>(),
        ];

    private static IEnumerable<Made> Of(MixtureSynthesis make, Direction direction, int hardest, bool[] siblings, Generator random)
    {
        SynthesisContext context = new(direction, HardnessProfile.Of(direction, hardest), random);
        Mixture mixture = make.Mix(context);
        Tensor vectors = MixtureScores.Vectors(context, mixture).to(ScalarType.Float64), norms = vectors.norm(2);
        (int anchors, int count, int parents) = ((int)mixture.Parents.shape[0], (int)mixture.Count, (int)mixture.ParentCount);
        double[] all = direction.Scores.to(ScalarType.Float64).contiguous().data<double>().ToArray(),
            positives = direction.Positives.to(ScalarType.Float64).data<double>().ToArray();
        double[] dots = (vectors * direction.Anchors.to(ScalarType.Float64).unsqueeze(1)).sum(2).contiguous().data<double>().ToArray(),
            lengths = norms.contiguous().data<double>().ToArray();
        double[] weights = mixture.Weights.to(ScalarType.Float64).expand(mixture.Parents.shape).contiguous().data<double>().ToArray();
        long[] rows = mixture.Parents.contiguous().data<long>().ToArray();
        bool[] valid = mixture.Valid.contiguous().data<bool>().ToArray();
        Tensor keys = context.SourceKeys.to(ScalarType.Float64);
        double[] near = (vectors / norms.unsqueeze(2).clamp(min: 1e-12)).matmul(keys.T).contiguous().data<double>().ToArray();
        int n = (int)direction.KeyCount;
        for (int made = 0; made < anchors * count; made++)
        {
            if (!valid[made] || lengths[made] * lengths[made] < Mixture.SmallestSquare) continue;
            int anchor = made / count;
            int[] mixed = [.. Enumerable.Range(made * parents, parents).Where(place => weights[place] != 0).Select(place => (int)rows[place])];
            double score = dots[made] / lengths[made];
            double[] ofParents = [.. mixed.Select(parent => all[anchor * n + parent])];
            double hardestReal = Enumerable.Range(0, n).Where(key => key != anchor).Max(key => all[anchor * n + key]);
            yield return new(
                score > positives[anchor] + Rounding,
                score > hardestReal + Rounding,
                score < ofParents.Min() - Rounding || score > ofParents.Max() + Rounding,
                mixed.Any(parent => siblings[anchor * n + parent]), mixed.Max(parent => near[made * n + parent]), lengths[made]);
        }
    }

    private static Tensor Unit(Rows rows, int[] picked)
    {
        Rows unit = NormalisedRows.Of(rows.Gather(picked));
        var values = new float[picked.Length * rows.Width];
        unsafe
        {
            for (int row = 0; row < picked.Length; row++) new ReadOnlySpan<float>(unit[row], rows.Width).CopyTo(values.AsSpan(row * rows.Width));
        }
        return tensor(values, [picked.Length, rows.Width]);
    }
}

/// <summary>One synthesised negative, judged.</summary>
internal readonly record struct Made(bool TooHard, bool Harder, bool OutOfCap, bool False, double ParentCosine, double Norm);
