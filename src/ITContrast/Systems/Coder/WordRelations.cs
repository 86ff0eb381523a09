using ITContrast.Data;

namespace ITContrast.Systems.Coder;

/// <summary>
/// Which concepts a commonsense graph relates: WordNet instead of co-occurrence.
/// <code>
///   related(a, b) = for some of their first two senses: one is within three hypernyms of the other,
///                   or one is part, member or substance of the other,
///                   or both have a hypernym in common (co-hyponyms)
/// </code>
/// A plural that has no sense of its own takes its singular's. Source: the "commonsense knowledge graph" of CODER [A]; that it is WordNet, and the rule, are
/// this project's reading [I]. Pictocap's file holds hypernyms alone; WordNet in full adds the parts.
/// </summary>
public sealed class WordRelations
{
    private const int Senses = 2, Depth = 3;

    private readonly WordNet wordNet;
    private readonly Dictionary<string, Meaning> known = new(StringComparer.Ordinal);

    /// <param name="wordNet">The graph.</param>
    public WordRelations(WordNet wordNet) => this.wordNet = wordNet;

    /// <summary>Whether two different words are related; symmetric, and false where one has no sense.</summary>
    public bool Related(string first, string second)
    {
        var (a, b) = (Of(first), Of(second));
        return a.Above.Overlaps(b.Own) || b.Above.Overlaps(a.Own) || a.Parts.Overlaps(b.Own) || b.Parts.Overlaps(a.Own) || a.Parents.Overlaps(b.Parents);
    }

    private Meaning Of(string word)
    {
        if (known.TryGetValue(word, out var found)) return found;
        Synset[] senses = [.. wordNet.Senses(word).Take(Senses)];
        if (senses.Length == 0 && word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal))
            senses = [.. wordNet.Senses(word[..^1]).Take(Senses)];
        HashSet<string> Ids(IEnumerable<string> ids) => new(ids, StringComparer.Ordinal);
        return known[word] = new(
            Ids(senses.Select(s => s.Id)), Ids(senses.SelectMany(s => s.Hypernyms)), Ids(senses.SelectMany(s => s.Parts)),
            Ids(senses.SelectMany(s => wordNet.Ancestors(s).Where(a => a.Distance is > 0 and <= Depth).Select(a => a.Synset.Id))));
    }

    private sealed record Meaning(HashSet<string> Own, HashSet<string> Parents, HashSet<string> Parts, HashSet<string> Above);
}
