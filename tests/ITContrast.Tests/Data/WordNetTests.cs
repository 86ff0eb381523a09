using ITContrast.Data;

namespace ITContrast.Tests.Data;

public sealed class WordNetTests
{
    [Fact]
    public void The_graph_has_the_counts_of_the_readme()
    {
        WordNet graph = WordNet.Open();
        Assert.Equal((12410, 12827), (graph.Synsets.Count, graph.EdgeCount));
        Synset entity = graph["00001740"];
        Assert.Equal(["entity"], entity.Lemmas);
        Synset dog = graph.Senses("Dog").First(sense => sense.Lexicographer == "animal");
        Assert.Contains(graph.Ancestors(dog), item => item.Synset == entity);
    }

    // a ← b ← d and a ← c ← d (a diamond), e alone.
    [Fact]
    public void Distances_follow_the_shortest_way_through_a_common_ancestor()
    {
        using TemporaryFolder folder = new();
        folder.Write("wordnet_nouns.jsonl", string.Join('\n', Line("a"), Line("b", "a"), Line("c", "a"), Line("d", "b", "c"), Line("e"), Line("f", "d")));
        WordNet graph = WordNet.Open(folder.Path);
        Assert.Equal(2, graph.Distance(graph["b"], graph["c"]));
        Assert.Equal(3, graph.Distance(graph["f"], graph["a"]));
        Assert.Equal(0, graph.Distance(graph["d"], graph["d"]));
        Assert.Null(graph.Distance(graph["e"], graph["a"]));
        Assert.Equal(["d", "b", "c", "a"], graph.Ancestors(graph["d"]).Select(item => item.Synset.Id));
        Assert.Equal(["d"], graph.Senses("WORD D").Select(synset => synset.Id));
    }

    [Fact]
    public void Cycles_and_dangling_edges_are_refused()
    {
        using TemporaryFolder folder = new();
        folder.Write("wordnet_nouns.jsonl", Line("a", "b") + "\n" + Line("b", "a"));
        Assert.Contains("without a cycle", Assert.Throws<DataException>(() => WordNet.Open(folder.Path)).Message);
        folder.Write("wordnet_nouns.jsonl", Line("a", "z"));
        Assert.Contains("line 1: expected hypernyms that are in the file, found z", Assert.Throws<DataException>(() => WordNet.Open(folder.Path)).Message);
    }

    [Fact]
    public void Names_are_read_by_concept_and_language()
    {
        ConceptNames names = ConceptNames.Open();
        Assert.Equal("grinsendes Gesicht", names.Name("1F600", "de"));
        Assert.Null(names.Name("1F600", "tlh"));
        Assert.Equal((33, 1644), (names.Languages.Count, names.Count));
    }

    private static string Line(string id, params string[] hypernyms) =>
        $$"""{"id":"{{id}}","lex":"x","lemmas":["word_{{id}}"],"hyper":[{{string.Join(",", hypernyms.Select(h => $"\"{h}\""))}}],"gloss":""}""";
}
