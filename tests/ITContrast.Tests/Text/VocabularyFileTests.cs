using ITContrast.Tests.Data;
using ITContrast.Text;

namespace ITContrast.Tests.Text;

public sealed class VocabularyFileTests
{
    // Sentences and words from nltk's own documentation and tests of word_tokenize, lower-cased as SCAN does.
    [Theory]
    [InlineData(
        "Good muffins cost $3.88 in New York.  Please buy me two of them. Thanks.",
        "good muffins cost $ 3.88 in new york . please buy me two of them . thanks .")]
    [InlineData("They'll save and invest more.", "they 'll save and invest more .")]
    [InlineData("hi, my name can't hello,", "hi , my name ca n't hello ,")]
    [InlineData("\"I cannot cannot work under these conditions!\"", "`` i can not can not work under these conditions ! ''")]
    [InlineData("The company spent $30,000,000 last year.", "the company spent $ 30,000,000 last year .")]
    [InlineData("He arrived at 3:00 pm.", "he arrived at 3:00 pm .")]
    [InlineData("There were 300,000, but that wasn't enough.", "there were 300,000 , but that was n't enough .")]
    [InlineData("It's more'n enough.", "it 's more 'n enough .")]
    [InlineData("A man (in red) wants -- really -- gonna; go...", "a man ( in red ) wants -- really -- gon na ; go ...")]
    [InlineData("A woman's dog & the dogs' ball", "a woman 's dog & the dogs ' ball")]
    public void Captions_are_cut_as_nltk_cuts_them(string text, string expected) => Assert.Equal(expected, string.Join(' ', TreebankWords.Of(text)));

    [Fact]
    public void Files_come_back_as_they_went()
    {
        using TemporaryFolder folder = new();
        WordTokenizer built = WordTokenizer.Build(["a café isn't a \"bar\"", "a dog."], split: TreebankWords.Of);
        VocabularyFile.Write(folder.At("v.json"), built);
        WordTokenizer read = VocabularyFile.Read(folder.At("v.json"));
        Assert.Equal(built.Entries, read.Entries);
        Assert.Equal(built.Encode("A café isn't new."), read.Encode("A café isn't new."));
        Assert.Contains("\"café\":", File.ReadAllText(folder.At("v.json")));
    }

    [Theory]
    [InlineData("{\"idx\": 3}", "expected an object with the key \"word2idx\", found only idx")]
    [InlineData("{\"word2idx\": {\"<pad>\": 0, \"a\": 7}}", "\"a\": expected an id below 2, found 7")]
    [InlineData("{\"word2idx\": {\"<pad>\": 0, \"a\": 0}}", "\"a\": expected an id of its own, found 0, which \"<pad>\" has")]
    [InlineData("{\"word2idx\": {\"<pad>\": 0}, \"idx2word\": {\"0\": \"x\"}}", "idx2word[0]: expected the inverse of word2idx, found \"x\"")]
    [InlineData("{\"word2idx\": ", "expected a vocabulary in JSON")]
    [InlineData("{\"word2idx\": {\"a\": 0}}", "entry 0: expected <pad>, found \"a\"")]
    public void Bad_files_say_what_is_wrong(string text, string message)
    {
        using TemporaryFolder folder = new();
        Assert.Contains(message, Assert.Throws<DataException>(() => VocabularyFile.Read(folder.Write("v.json", text))).Message);
    }
}
