using ITContrast.Text;

namespace ITContrast.Tests.Text;

public sealed class WordTokenizerTests
{
    [Theory]
    [InlineData("Grinning Face", "grinning|face")]
    [InlineData("woman's hat, red-ish; 3 o’clock!", "woman's|hat|red|ish|3|o'clock")]
    [InlineData("  'quoted'  ", "quoted")]
    [InlineData("café — naïve", "café|naïve")]
    [InlineData("…", "")]
    public void Words_are_runs_of_letters_and_digits(string text, string expected) => Assert.Equal(expected, string.Join("|", Words.Of(text)));

    [Fact]
    public void Ids_follow_frequency_after_the_marks()
    {
        WordTokenizer tokenizer = WordTokenizer.Build(["b a c", "b a", "b <unk>"]);
        Assert.Equal(["<pad>", "<start>", "<end>", "<unk>", "b", "a", "c", "unk"], tokenizer.Entries);
        Assert.Equal([1, 5, 3, 4, 2], tokenizer.Encode("a zebra b"));
        Assert.Equal([1, 2], tokenizer.Encode(""));
        Assert.Equal("<start> a <unk> b <end>", tokenizer.Decode([1, 5, 3, 4, 2]));
        Assert.Equal(["<pad>", "<start>", "<end>", "<unk>", "b", "a"], WordTokenizer.Build(["b a c", "b a", "b"], threshold: 2).Entries);
    }

    [Fact]
    public void Repeated_words_and_missing_marks_are_refused()
    {
        Assert.Contains("entry 5: expected a word that occurs once, found \"a\" again (first at 4)",
            Assert.Throws<DataException>(() => new WordTokenizer([.. WordTokenizer.Marks, "a", "a"])).Message);
        Assert.Contains("entry 1: expected <start>, found \"a\"", Assert.Throws<DataException>(() => new WordTokenizer(["<pad>", "a"])).Message);
    }
}
