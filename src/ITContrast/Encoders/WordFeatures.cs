using ITContrast.Data;

namespace ITContrast.Encoders;

/// <summary>
/// What a word is made of: itself, its letter n-grams, and what WordNet says it is a kind of. Words that never occurred in training share
/// their parts with words that did.
/// <code>
///   f(w) = {w: 1} ∪ {n-gram g of "&lt;w&gt;", n = 3…5: a/√G} ∪ {synset s above w, d edges away: b·0.7^d}
/// </code>
/// Source of the n-grams: Bojanowski et al., fastText (2017) [V]; the weights are this project's, chosen on training folds and val [I].
/// </summary>
/// <param name="wordNet">Knowledge from outside the captions; null to do without.</param>
public sealed class WordFeatures(WordNet? wordNet)
{
    private const double NGramWeight = 0.25, SynsetWeight = 0.5, Decay = 0.7;
    private const int Senses = 2, Depth = 3;

    private readonly Dictionary<string, IReadOnlyDictionary<string, double>> known = new(StringComparer.Ordinal);

    /// <summary>The features of a lower-case word by name: "w:apple", "g:&lt;app", "s:07739125".</summary>
    public IReadOnlyDictionary<string, double> Of(string word)
    {
        if (known.TryGetValue(word, out IReadOnlyDictionary<string, double>? found)) return found;
        Dictionary<string, double> features = new(StringComparer.Ordinal) { ["w:" + word] = 1 };
        AddNGrams(features, $"<{word}>");
        if (wordNet is not null) AddSynsets(features, word);
        return known[word] = features;
    }

    private static void AddNGrams(Dictionary<string, double> features, string marked)
    {
        List<string> grams = [];
        for (int n = 3; n <= 5; n++)
            for (int i = 0; i + n <= marked.Length; i++) grams.Add("g:" + marked.Substring(i, n));
        foreach (string gram in grams) features[gram] = features.GetValueOrDefault(gram) + NGramWeight / Math.Sqrt(grams.Count);
    }

    private void AddSynsets(Dictionary<string, double> features, string word)
    {
        Synset[] senses = [.. wordNet!.Senses(word).Take(Senses)];
        if (senses.Length == 0 && word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal))
            senses = [.. wordNet.Senses(word[..^1]).Take(Senses)];
        foreach (Synset sense in senses)
            foreach ((Synset synset, int distance) in wordNet.Ancestors(sense))
            {
                if (distance > Depth) continue;
                string name = "s:" + synset.Id;
                features[name] = Math.Max(features.GetValueOrDefault(name), SynsetWeight * Math.Pow(Decay, distance));
            }
    }
}
