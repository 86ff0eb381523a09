using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// Word vectors from the training captions alone and the parts of words: latent semantic analysis over <see cref="WordFeatures"/>.
/// <code>
///   b_c = Σ_{captions of concept c} unit(Σ_w f(w) ∘ idf)        idf_f = ln(1 + C/df_f)
///   B·Bᵀ = U·diag(λ)·Uᵀ        P = Bᵀ·U·diag(λ(λ + λ̄))^(−1/2), the E largest        v_w = (f(w) ∘ idf)·P, scaled to mean ‖v‖² = 1
/// </code>
/// Words with the same neighbours, letters or hypernyms get similar vectors, also words that no training caption holds.
/// Source: Deerwester et al., LSA (1990) [V]; the features and the ridge λ̄ are this project's [I].
/// </summary>
public sealed class WordVectors
{
    private readonly WordFeatures features;
    private readonly Dictionary<string, (int Row, double Idf)> table = new(StringComparer.Ordinal);
    private readonly double[,] projection;

    /// <summary>Builds the projection P.</summary>
    /// <param name="concepts">The training captions of each concept, each caption as its words.</param>
    /// <param name="features">What words are made of.</param>
    /// <param name="dimension">E, at most the number of concepts.</param>
    /// <exception cref="ArgumentOutOfRangeException">E is below 1 or above the number of concepts.</exception>
    public WordVectors(IReadOnlyList<IReadOnlyList<IReadOnlyList<string>>> concepts, WordFeatures features, int dimension)
    {
        if (dimension < 1 || dimension > concepts.Count)
            throw new ArgumentOutOfRangeException(
                nameof(dimension), dimension, $"Word vectors of {concepts.Count} concepts have 1 to {concepts.Count} dimensions.");
        this.features = features;
        Dimension = dimension;
        Dictionary<string, int> frequency = new(StringComparer.Ordinal);
        foreach (var concept in concepts)
            foreach (string name in concept.SelectMany(caption => caption).Distinct().SelectMany(word => features.Of(word).Keys).Distinct())
                frequency[name] = frequency.GetValueOrDefault(name) + 1;
        // Ordinal order, so that the numbers depend on no dictionary's layout.
        foreach (string name in frequency.Keys.Order(StringComparer.Ordinal))
            table[name] = (table.Count, Math.Log(1 + (double)concepts.Count / frequency[name]));
        projection = Project([.. concepts.Select(ConceptRow)]);
    }

    /// <summary>E.</summary>
    public int Dimension { get; }

    /// <summary>The vectors of a vocabulary.</summary>
    /// <param name="words">Entries in the order of their ids.</param>
    /// <param name="marks">The first entries that are no words; their rows are zero.</param>
    /// <returns>Float32 <c>[words, E]</c>.</returns>
    public Tensor Table(IReadOnlyList<string> words, int marks)
    {
        float[] values = new float[words.Count * Dimension];
        double total = 0;
        double[] vector = new double[Dimension];
        for (int i = marks; i < words.Count; i++)
        {
            Array.Clear(vector);
            foreach ((int row, double value) in Known(features.Of(words[i])))
                for (int k = 0; k < Dimension; k++) vector[k] += value * projection[row, k];
            for (int k = 0; k < Dimension; k++)
            {
                values[i * Dimension + k] = (float)vector[k];
                total += vector[k] * vector[k];
            }
        }
        float scale = (float)Math.Sqrt(Math.Max(1, words.Count - marks) / Math.Max(total, 1e-30));
        for (int i = 0; i < values.Length; i++) values[i] *= scale;
        return tensor(values).view(words.Count, Dimension);
    }

    private IEnumerable<(int Row, double Value)> Known(IReadOnlyDictionary<string, double> named)
    {
        foreach ((string name, double weight) in named)
            if (table.TryGetValue(name, out (int Row, double Idf) entry)) yield return (entry.Row, weight * entry.Idf);
    }

    private SortedDictionary<int, double> ConceptRow(IReadOnlyList<IReadOnlyList<string>> captions)
    {
        SortedDictionary<int, double> row = [];
        foreach (IReadOnlyList<string> caption in captions)
        {
            Dictionary<int, double> own = [];
            foreach (string word in caption)
                foreach ((int index, double value) in Known(features.Of(word))) own[index] = Math.Max(own.GetValueOrDefault(index), value);
            double length = Math.Sqrt(own.Values.Sum(value => value * value));
            foreach ((int index, double value) in own) row[index] = row.GetValueOrDefault(index) + value / Math.Max(length, 1e-30);
        }
        return row;
    }

    private double[,] Project(SortedDictionary<int, double>[] rows)
    {
        int n = rows.Length;
        double[] gram = Gram(rows);
        double[,] result = new double[table.Count, Dimension];
        using DisposeScope scope = NewDisposeScope();
        (Tensor values, Tensor vectors) = linalg.eigh(tensor(gram).view(n, n));
        Tensor largest = values.narrow(0, n - Dimension, Dimension).clamp(min: 1e-12);
        Tensor scale = (largest * (largest + largest.mean())).rsqrt();
        double[] u = (vectors.narrow(1, n - Dimension, Dimension) * scale).contiguous().data<double>().ToArray();
        for (int c = 0; c < n; c++)
            foreach ((int feature, double value) in rows[c])
                for (int k = 0; k < Dimension; k++) result[feature, k] += value * u[c * Dimension + k];
        return result;
    }

    private double[] Gram(SortedDictionary<int, double>[] rows)
    {
        int n = rows.Length;
        List<(int Concept, double Value)>[] postings = new List<(int, double)>[table.Count];
        for (int c = 0; c < n; c++)
            foreach ((int feature, double value) in rows[c]) (postings[feature] ??= []).Add((c, value));
        double[] gram = new double[n * n];
        foreach (List<(int Concept, double Value)> posting in postings)
            foreach ((int i, double left) in posting)
                foreach ((int j, double right) in posting) gram[i * n + j] += left * right;
        return gram;
    }
}
