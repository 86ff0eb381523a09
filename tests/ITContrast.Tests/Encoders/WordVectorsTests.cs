using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Encoders;

public class WordVectorsTests : TorchTest
{
    private static readonly string[] Marks = ["<pad>"];

    private static IReadOnlyList<IReadOnlyList<IReadOnlyList<string>>> Concepts(params string[][] concepts) =>
        [.. concepts.Select(c => (IReadOnlyList<IReadOnlyList<string>>)[.. c.Select(text => (IReadOnlyList<string>)Words.Of(text))])];

    private static Func<string, string, double> Cosine(WordVectors vectors, params string[] words)
    {
        Tensor table = vectors.Table([.. Marks, .. words], 1);
        Tensor unit = table / table.norm(1, keepdim: true).clamp(min: 1e-9);
        return (a, b) => unit[Array.IndexOf(words, a) + 1].dot(unit[Array.IndexOf(words, b) + 1]).ToDouble();
    }

    [Fact]
    public void Words_that_stand_together_are_nearer_than_words_that_do_not()
    {
        WordVectors vectors = new(
            Concepts(["red fruit", "fruit, juicy"], ["green fruit", "juicy pear"], ["steel rail", "rail, engine"], ["engine, wagon"]), new(null), 3);
        var cosine = Cosine(vectors, "fruit", "juicy", "rail", "engine");
        Assert.True(cosine("fruit", "juicy") > cosine("fruit", "rail") + 0.3);
        Assert.True(cosine("rail", "engine") > cosine("juicy", "engine") + 0.3);
    }

    [Fact]
    public void An_unseen_word_takes_its_place_from_its_letters()
    {
        WordVectors vectors = new(Concepts(["windmill"], ["farmer"], ["bicycle"], ["umbrella"]), new(null), 4);
        var cosine = Cosine(vectors, "windmill", "windmills", "farmer", "xyzzy");
        Assert.True(cosine("windmill", "windmills") > cosine("farmer", "windmills") + 0.3);
        Assert.Equal(0, cosine("windmill", "xyzzy"), 6);
    }

    [Fact]
    public void WordNet_brings_an_unseen_word_to_its_kind()
    {
        WordNet graph = WordNet.Open();
        var concepts = Concepts(["apple"], ["pear"], ["truck"], ["bus"], ["violin"], ["trumpet"]);
        var without = Cosine(new(concepts, new(null), 5), "lorry", "truck", "pear");
        var with = Cosine(new(concepts, new(graph), 5), "lorry", "truck", "pear");
        Assert.True(without("lorry", "truck") < 0.2);
        Assert.True(with("lorry", "truck") > 0.5, $"{with("lorry", "truck")}");
        Assert.True(with("lorry", "truck") > with("lorry", "pear") + 0.3);
    }

    [Fact]
    public void Vectors_have_mean_square_length_one_and_marks_are_zero()
    {
        WordVectors vectors = new(Concepts(["a b"], ["b c"], ["c d"]), new(null), 3);
        Tensor table = vectors.Table(["<pad>", "<start>", "a", "b", "c"], 2);
        Assert.Equal(0, table.narrow(0, 0, 2).abs().sum().ToDouble());
        Assert.Equal(3, table.square().sum().ToDouble(), 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WordVectors(Concepts(["a"]), new(null), 2));
    }
}
