using ITContrast.Data;
using ITContrast.Systems.Coder;
using ITContrast.Tests.Data;

namespace ITContrast.Tests.Systems;

/// <summary>WordNet's relations of concepts, and the reader of its own files on six synsets one can draw.</summary>
public class WordRelationsTests
{
    //        entity
    //        /    \
    //     plant   fruit
    //      |      /   \
    //     tree  apple  pear      the apple tree is a tree; an apple has a core as part
    private const string Nouns =
        "  1 Licence text comes first.  \n" +
        "00000001 03 n 01 entity 0 000 | all there is  \n" +
        "00000002 20 n 01 plant 0 001 @ 00000001 n 0000 | it grows  \n" +
        "00000003 20 n 02 tree 0 apple_tree 1 001 @ 00000002 n 0000 | tall  \n" +
        "00000004 13 n 01 fruit 0 002 @ 00000001 n 0000 ~ 00000005 n 0000 | sweet  \n" +
        "00000005 13 n 01 apple 0 003 @ 00000004 n 0000 %p 00000007 n 0000 + 01234567 v 0101 | red  \n" +
        "00000006 13 n 01 pear 0 001 @ 00000004 n 0000 | green  \n" +
        "00000007 13 n 01 core 0 002 @ 00000001 n 0000 #p 00000005 n 0000 | inside  \n";

    private const string Index =
        "  1 Licence text comes first.  \n" +
        "apple n 2 1 @ 2 1 00000005 00000003  \ncore n 1 1 @ 1 0 00000007  \nentity n 1 0 1 1 00000001  \nfruit n 1 1 @ 1 1 00000004  \n" +
        "pear n 1 1 @ 1 1 00000006  \nplant n 1 1 @ 1 1 00000002  \ntree n 1 1 @ 1 1 00000003  \n";

    private static WordNet Drawn(string? nouns = null, string? index = null)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.At("data.noun"), nouns ?? Nouns);
        File.WriteAllText(folder.At("index.noun"), index ?? Index);
        return WordNetDictionary.Open(folder.Path);
    }

    [Fact]
    public void The_files_of_WordNet_are_read()
    {
        var graph = Drawn();
        Assert.Equal(7, graph.Synsets.Count);
        var apple = graph["00000005"];
        Assert.Equal(("food", "red"), (apple.Lexicographer, apple.Gloss));
        Assert.Equal(["00000004"], apple.Hypernyms);
        Assert.Equal(["00000007"], apple.Parts);
        Assert.Equal(["tree", "apple_tree"], graph["00000003"].Lemmas);
        // The index orders senses: the fruit comes before the tree.
        Assert.Equal(["00000005", "00000003"], graph.Senses("apple").Select(s => s.Id));
    }

    [Theory]
    [InlineData("apple", "fruit", true)]
    [InlineData("apple", "entity", true)]
    [InlineData("apple", "pear", true)]
    [InlineData("apple", "core", true)]
    [InlineData("pears", "apple", true)]
    [InlineData("pear", "core", false)]
    [InlineData("pear", "tree", false)]
    [InlineData("pear", "unknown", false)]
    public void Kinds_parts_and_co_hyponyms_are_related(string a, string b, bool related)
    {
        WordRelations relations = new(Drawn());
        Assert.Equal((related, related), (relations.Related(a, b), relations.Related(b, a)));
    }

    [Fact]
    public void Damaged_files_say_where()
    {
        Assert.Contains("line 3", Assert.Throws<DataException>(() => Drawn(Nouns.Replace("n 01 plant", "n zz plant", StringComparison.Ordinal))).Message);
        Assert.Contains("00000009", Assert.Throws<DataException>(() => Drawn(index: Index.Replace("00000006", "00000009", StringComparison.Ordinal))).Message);
        Assert.Contains("expected", Assert.Throws<DataException>(() => Drawn(index: "pear n x 1 @ 1 1 00000006\n")).Message);
    }

    [Fact]
    public void Pictocaps_graph_relates_its_concepts()
    {
        WordRelations relations = new(WordNet.Open());
        Assert.True(relations.Related("apple", "pear"));
        Assert.True(relations.Related("guitar", "piano"));
        Assert.False(relations.Related("apple", "bicycle"));
    }

    [Fact]
    public void WordNet_in_full_relates_parts_where_it_is_installed()
    {
        if (WordNetDictionary.Folder is not { } folder)
        {
            Assert.Skip("WordNet's own files are not installed (Debian: wordnet-base).");
            return;
        }
        var graph = WordNetDictionary.Open(folder);
        Assert.True(graph.Synsets.Count > 80_000);
        WordRelations relations = new(graph);
        // A handlebar is part of a bicycle and a petal of a corolla; a wheel is one of wheeled vehicles, which a car is only by three steps, and parts are not
        // inherited.
        Assert.True(relations.Related("handlebar", "bicycle") && relations.Related("corolla", "petal"));
        Assert.False(relations.Related("wheel", "car") || relations.Related("petal", "bicycle"));
    }
}
