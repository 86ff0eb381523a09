using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>
/// A graph of concepts: the words that occur most, and which of them go together. Built from training captions only, each counted once.
/// <code>
///   P = adj / nums          f(P) = t^{P−p} − t^{−p},  t = 5, p = .02
///   A = (f(P) ≥ .3) ? 1 : 0        A ← .25·A / (colsum(A) + 1e-6) + I        Â = (A·D)ᵀ·D,  D = diag(rowsum(A)^{−½})
/// </code>
/// Source: CVSE (ECCV 2020), CODER's predecessor by the same first author, <c>BruceW91/CVSE</c> [V]. CVSE labels a caption's concepts from all five captions of
/// its image, also at test time, which leaks; here a concept enters through a caption's own words alone.
/// </summary>
public sealed class ConceptGraph
{
    private const double Base = 5, Shift = 0.02, Threshold = 0.3, Share = 0.25;

    /// <summary>A graph over named concepts.</summary>
    /// <param name="concepts">Names, in the order of the rows.</param>
    /// <param name="adjacency">Â, <c>[C, C]</c> row-major.</param>
    private ConceptGraph(IReadOnlyList<string> concepts, float[] adjacency) => (Concepts, Adjacency) = (concepts, adjacency);

    /// <summary>Concept names, C of them.</summary>
    public IReadOnlyList<string> Concepts { get; }

    /// <summary>Â, row-major <c>[C, C]</c>.</summary>
    public IReadOnlyList<float> Adjacency { get; }

    /// <summary>Â as a tensor <c>[C, C]</c>.</summary>
    public Tensor ToTensor() => tensor((float[])Adjacency, [Concepts.Count, Concepts.Count]);

    /// <summary>Co-occurrence in captions.</summary>
    /// <param name="captions">Words of each training caption.</param>
    /// <param name="size">C, concepts kept; the most frequent words, ties in alphabetical order.</param>
    /// <param name="ignored">Words that are no concepts (stop words).</param>
    /// <exception cref="ArgumentException">Fewer than two words occur.</exception>
    public static ConceptGraph FromCaptions(IEnumerable<IReadOnlyList<string>> captions, int size, IReadOnlySet<string> ignored)
    {
        var bags = captions.Select(words => words.Where(w => !ignored.Contains(w)).ToHashSet()).ToList();
        var concepts = bags.SelectMany(b => b).GroupBy(w => w).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Take(size).Select(g => g.Key).ToList();
        if (concepts.Count < 2) throw new ArgumentException($"The captions hold {concepts.Count} concepts; a graph needs at least 2.");
        var row = concepts.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => p.i);
        var (counts, together) = (new int[concepts.Count], new int[concepts.Count, concepts.Count]);
        foreach (var bag in bags)
        {
            var present = bag.Where(row.ContainsKey).Select(w => row[w]).ToArray();
            foreach (var i in present)
            {
                counts[i]++;
                foreach (var j in present) if (i != j) together[i, j]++;
            }
        }
        return new(concepts, Normalise(Relate(counts, together)));
    }

    /// <summary>Known relations instead of co-occurrence: a commonsense graph's edges between the concepts (hypernyms of each other, co-hyponyms).</summary>
    /// <param name="concepts">Names.</param>
    /// <param name="related">Whether two different concepts are related; asked for both orders.</param>
    public static ConceptGraph FromRelations(IReadOnlyList<string> concepts, Func<string, string, bool> related)
    {
        var c = concepts.Count;
        var edges = new double[c, c];
        for (var i = 0; i < c; i++) for (var j = 0; j < c; j++) if (i != j && related(concepts[i], concepts[j])) edges[i, j] = 1;
        return new(concepts, Normalise(edges));
    }

    /// <summary>The binary relation of counts: 1 where the rescaled conditional passes the threshold.</summary>
    internal static double[,] Relate(int[] counts, int[,] together)
    {
        var c = counts.Length;
        var edges = new double[c, c];
        for (var i = 0; i < c; i++)
            for (var j = 0; j < c; j++)
            {
                if (i == j || counts[i] == 0) continue;
                var conditional = together[i, j] / (double)counts[i];
                if (Math.Pow(Base, conditional - Shift) - Math.Pow(Base, -Shift) >= Threshold) edges[i, j] = 1;
            }
        return edges;
    }

    /// <summary>Â of a binary relation.</summary>
    internal static float[] Normalise(double[,] edges)
    {
        var c = edges.GetLength(0);
        var (columns, scale) = (new double[c], new double[c]);
        for (var i = 0; i < c; i++) for (var j = 0; j < c; j++) columns[j] += edges[i, j];
        var a = new double[c, c];
        for (var i = 0; i < c; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < c; j++) sum += a[i, j] = Share * edges[i, j] / (columns[j] + 1e-6) + (i == j ? 1 : 0);
            scale[i] = 1 / Math.Sqrt(sum);
        }
        var normalised = new float[c * c];
        for (var i = 0; i < c; i++) for (var j = 0; j < c; j++) normalised[i * c + j] = (float)(a[j, i] * scale[i] * scale[j]);
        return normalised;
    }
}
