namespace ITContrast.Data;

/// <summary>A noun synset: words that share a meaning.</summary>
/// <param name="Id">WordNet's offset, eight digits.</param>
/// <param name="Lexicographer">The lexicographer file ("animal", "artifact", …).</param>
/// <param name="Lemmas">The words, lower case, spaces written "_".</param>
/// <param name="Hypernyms">Ids of the next more general synsets.</param>
/// <param name="Gloss">The definition.</param>
public sealed record Synset(string Id, string Lexicographer, string[] Lemmas, string[] Hypernyms, string Gloss)
{
    /// <summary>Ids of its parts, members and substances; none from pictocap's file, which holds hypernyms alone.</summary>
    public string[] Parts { get; init; } = [];
}

/// <summary>
/// The part of WordNet's nouns that pictocap's captions reach: synsets, lemmas and the "is a kind of" edges. A ready graph for a concept branch.
/// Source: Miller, WordNet (1995); file <c>wordnet_nouns.jsonl</c> [V].
/// </summary>
public sealed class WordNet
{
    private readonly Dictionary<string, Synset> byId;
    private readonly ILookup<string, Synset> byLemma;

    private WordNet(IReadOnlyList<Synset> synsets, Dictionary<string, Synset> byId, IEnumerable<(string Lemma, Synset Synset)> senses)
    {
        Synsets = synsets;
        this.byId = byId;
        byLemma = senses.ToLookup(pair => pair.Lemma.ToLowerInvariant(), pair => pair.Synset);
    }

    /// <summary>All synsets, in the file's order.</summary>
    public IReadOnlyList<Synset> Synsets { get; }

    /// <summary>The number of hypernym edges.</summary>
    public int EdgeCount => Synsets.Sum(synset => synset.Hypernyms.Length);

    /// <summary>Reads the graph.</summary>
    /// <param name="folder">The folder of <c>wordnet_nouns.jsonl</c>; pictocap's when null.</param>
    /// <exception cref="DataException">The file is missing or damaged, an id occurs twice, an edge leads to no synset, or edges form a cycle.</exception>
    public static WordNet Open(string? folder = null)
    {
        string path = Path.Combine(folder ?? DataFolders.Find("pictocap"), "wordnet_nouns.jsonl");
        List<Synset> synsets = [];
        Dictionary<string, Synset> byId = new(StringComparer.Ordinal);
        foreach (JsonRecord line in JsonLines.Read(path))
        {
            Synset synset = new(line.Text("id"), line.Text("lex"), line.Texts("lemmas"), line.Texts("hyper"), line.Text("gloss"));
            if (!byId.TryAdd(synset.Id, synset)) throw DataException.At(path, line.Where, "an id that occurs once", $"{synset.Id} again");
            synsets.Add(synset);
        }
        return Of(path, i => $"line {i + 1}", synsets, byId, synsets.SelectMany(synset => synset.Lemmas.Select(lemma => (lemma, synset))));
    }

    /// <summary>A graph whose edges are checked. A word's senses come in the order given.</summary>
    internal static WordNet Of(
        string path, Func<int, string> where, IReadOnlyList<Synset> synsets, Dictionary<string, Synset> byId,
        IEnumerable<(string Lemma, Synset Synset)> senses)
    {
        for (int i = 0; i < synsets.Count; i++)
            foreach (string id in synsets[i].Hypernyms)
                if (!byId.ContainsKey(id)) throw DataException.At(path, where(i), "hypernyms that are in the file", $"{id}, which is not");
        WordNet graph = new(synsets, byId, senses);
        if (graph.FindCycle() is { } loop) throw DataException.At(path, "", "hypernym edges without a cycle", $"synset {loop} among its own hypernyms");
        return graph;
    }

    /// <summary>The synset of that id.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Synset this[string id] => byId[id];

    /// <summary>The synsets that have the word (case and "_" or space do not matter); none for a word that is not in the graph.</summary>
    public IEnumerable<Synset> Senses(string lemma) => byLemma[lemma.ToLowerInvariant().Replace(' ', '_')];

    /// <summary>The synset and all that are more general, each once, nearest first (breadth first), with the number of edges to it.</summary>
    public IReadOnlyList<(Synset Synset, int Distance)> Ancestors(Synset synset)
    {
        List<(Synset, int)> found = [(synset, 0)];
        HashSet<string> seen = [synset.Id];
        for (int i = 0; i < found.Count; i++)
            foreach (string id in found[i].Item1.Hypernyms)
                if (seen.Add(id)) found.Add((byId[id], found[i].Item2 + 1));
        return found;
    }

    /// <summary>
    /// Edges on the shortest path between two synsets through a common ancestor; null where they have none.
    /// </summary>
    public int? Distance(Synset first, Synset second)
    {
        Dictionary<string, int> up = Ancestors(first).ToDictionary(item => item.Synset.Id, item => item.Distance);
        int? best = null;
        foreach ((Synset synset, int distance) in Ancestors(second))
            if (up.TryGetValue(synset.Id, out int other) && (best is null || distance + other < best)) best = distance + other;
        return best;
    }

    private string? FindCycle()
    {
        // Kahn's algorithm: synsets that nothing leads to any more are removed until none is left, or only cycles are.
        Dictionary<string, int> incoming = byId.Keys.ToDictionary(id => id, _ => 0);
        foreach (Synset synset in Synsets)
            foreach (string id in synset.Hypernyms) incoming[id]++;
        Queue<string> free = new(incoming.Where(pair => pair.Value == 0).Select(pair => pair.Key));
        int removed = 0;
        for (; free.TryDequeue(out string? id); removed++)
            foreach (string hypernym in byId[id].Hypernyms)
                if (--incoming[hypernym] == 0) free.Enqueue(hypernym);
        return removed == byId.Count ? null : incoming.First(pair => pair.Value > 0).Key;
    }
}
