using System.Text.Json;
using ITContrast.Tests.Data;
using ITContrast.Text;

namespace ITContrast.Tests.Text;

public sealed class WordPieceTests
{
    private static readonly JsonElement Golden = JsonElement.Parse(File.ReadAllBytes(Checkout.At("tests", "fixtures", "wordpiece", "golden.json")));
    private static readonly WordPieceTokenizer Tokenizer = new([.. Golden.GetProperty("vocab").EnumerateArray().Select(piece => piece.GetString()!)]);

    // golden.json holds what an independent implementation on Python's Unicode tables gives: 194 texts with accents, ideographs, Hangul, controls, marks.
    [Fact]
    public void Pieces_are_those_of_the_oracle()
    {
        int count = 0;
        foreach (JsonElement item in Golden.GetProperty("cases").EnumerateArray())
        {
            string text = item.GetProperty("text").GetString()!;
            string expected = string.Join(' ', item.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()));
            string found = string.Join(' ', Tokenizer.Pieces(text).Select(id => Tokenizer.Entries[id]));
            Assert.True(expected == found, $"\"{text}\" ({string.Join(' ', text.Select(c => $"{(int)c:x4}"))}): expected {expected}, found {found}");
            count++;
        }
        Assert.True(count > 190);
    }

    [Fact]
    public void A_caption_is_framed_by_its_marks()
    {
        Assert.Equal("[CLS] a dog run ##s . [SEP]", string.Join(' ', Tokenizer.Encode("A dog runs.").Select(id => Tokenizer.Entries[id])));
        Assert.Equal([2, 3], Tokenizer.Encode(""));
        Assert.True(Tokenizer.IsSpecial(2) && !Tokenizer.IsSpecial(5));
    }

    // Source: OSCAR, run_retrieval.py tensorize_example: part A is cut to maximum - 2, then part B to what is left.
    [Fact]
    public void Caption_and_tags_share_the_length()
    {
        string Show(int[] ids) => string.Join(' ', ids.Select(id => Tokenizer.Entries[id]));
        (int[] ids, int[] segments) = Tokenizer.EncodePair("a dog runs", "dog cafe", 70);
        Assert.Equal("[CLS] a dog run ##s [SEP] dog cafe [SEP]", Show(ids));
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1], segments);
        Assert.Equal("[CLS] a dog run ##s [SEP] dog [SEP]", Show(Tokenizer.EncodePair("a dog runs", "dog cafe", 8).Ids));
        Assert.Equal("[CLS] a dog run ##s [SEP] [SEP]", Show(Tokenizer.EncodePair("a dog runs", "dog cafe", 7).Ids));
        Assert.Equal("[CLS] a dog run ##s [SEP]", Show(Tokenizer.EncodePair("a dog runs", "dog cafe", 6).Ids));
        Assert.Equal("[CLS] a dog run [SEP]", Show(Tokenizer.EncodePair("a dog runs", null, 5).Ids));
    }

    [Fact]
    public void Cased_vocabularies_keep_case_and_accents()
    {
        WordPieceTokenizer cased = new(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "É", "##a", "e"], lowerCase: false);
        Assert.Equal([4, 5], cased.Pieces("Éa"));
        Assert.Equal([1], cased.Pieces("é"));
    }

    [Fact]
    public void Bad_vocabularies_are_named()
    {
        using TemporaryFolder folder = new();
        string Message(string text) => Assert.Throws<DataException>(() => WordPieceTokenizer.FromFile(folder.Write("vocab.txt", text))).Message;
        Assert.Contains("vocab.txt: expected the mark [UNK]", Message("[PAD]\na\n"));
        Assert.Contains("vocab.txt, line 1: expected [PAD] (padding is id 0), found \"[UNK]\"", Message("[UNK]\n[PAD]\n[CLS]\n[SEP]\n"));
        Assert.Contains(
            "vocab.txt, line 5: expected a piece that occurs once, found \"[CLS]\" again (first in line 3)", Message("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[CLS]\n"));
        Assert.Equal(5, WordPieceTokenizer.FromFile(folder.Write("vocab.txt", "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\nx\r\n")).VocabularySize);
    }
}
