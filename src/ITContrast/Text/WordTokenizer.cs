namespace ITContrast.Text;

/// <summary>
/// A word vocabulary as vsepp and SCAN use it: <c>&lt;pad&gt;</c> 0, <c>&lt;start&gt;</c> 1, <c>&lt;end&gt;</c> 2, <c>&lt;unk&gt;</c> 3, then the words.
/// A caption becomes <c>&lt;start&gt; w … &lt;end&gt;</c>. Source: vsepp and SCAN, vocab.py [V].
/// </summary>
public sealed class WordTokenizer : ITokenizer
{
    /// <summary>The marks, in the order of their ids.</summary>
    public static readonly IReadOnlyList<string> Marks = ["<pad>", "<start>", "<end>", "<unk>"];

    private readonly Dictionary<string, int> ids;
    private readonly string[] words;
    private readonly Func<string, IReadOnlyList<string>> split;

    /// <param name="words">All entries in the order of their ids; the first four are <see cref="Marks"/>.</param>
    /// <param name="split">How a caption is cut into words; <see cref="Words.Of"/> when null.</param>
    /// <exception cref="DataException">The marks are not the first four, or a word occurs twice.</exception>
    public WordTokenizer(IReadOnlyList<string> words, Func<string, IReadOnlyList<string>>? split = null)
    {
        this.words = [.. words];
        this.split = split ?? Text.Words.Of;
        ids = new(words.Count, StringComparer.Ordinal);
        for (int i = 0; i < words.Count; i++)
            if (!ids.TryAdd(words[i], i))
                throw new DataException($"Vocabulary entry {i}: expected a word that occurs once, found \"{words[i]}\" again (first at {ids[words[i]]}).");
        for (int i = 0; i < Marks.Count; i++)
            if (i >= words.Count || words[i] != Marks[i])
                throw new DataException($"Vocabulary entry {i}: expected {Marks[i]}, found {(i < words.Count ? $"\"{words[i]}\"" : "the end")}.");
    }

    /// <summary>
    /// Builds the vocabulary from captions: words that occur at least <paramref name="threshold"/> times, most frequent first, ties by ordinal order.
    /// Give it training captions only, or the test split's words leak into the model.
    /// </summary>
    public static WordTokenizer Build(IEnumerable<string> captions, int threshold = 1, Func<string, IReadOnlyList<string>>? split = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (string caption in captions)
            foreach (string word in (split ?? Text.Words.Of)(caption))
                counts[word] = counts.GetValueOrDefault(word) + 1;
        foreach (string mark in Marks) counts.Remove(mark);
        return new(
            [
                .. Marks,
                .. counts
                    .Where(pair => pair.Value >= threshold)
                    .OrderByDescending(pair => pair.Value)
                    .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => pair.Key),
            ],
            split);
    }

    /// <summary>Builds the vocabulary from a data set's split, counting each different caption of an image group once.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="splitName">The training split.</param>
    /// <param name="threshold">The fewest occurrences of a word that is kept.</param>
    public static WordTokenizer Build(Data.PairDataset dataset, string splitName = "train", int threshold = 1)
    {
        // Drawings of one concept share their captions; counting each copy would only reward concepts with many drawings.
        HashSet<(long, string)> seen = [];
        return Build(
            dataset
                .Split(splitName)
                .CaptionRows.Select(row => (dataset.Group(dataset.ImageOf(row)), dataset.Caption(row)))
                .Where(seen.Add)
                .Select(item => item.Item2),
            threshold);
    }

    /// <summary>All entries in the order of their ids.</summary>
    public IReadOnlyList<string> Entries => words;

    /// <inheritdoc/>
    public int VocabularySize => words.Length;

    /// <inheritdoc/>
    public int UnknownId => 3;

    /// <inheritdoc/>
    public bool IsSpecial(int id) => id is >= 0 and < 4;

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        IReadOnlyList<string> parts = split(text);
        int[] result = new int[parts.Count + 2];
        result[0] = 1;
        for (int i = 0; i < parts.Count; i++) result[i + 1] = ids.GetValueOrDefault(parts[i], UnknownId);
        result[^1] = 2;
        return result;
    }

    /// <summary>The words behind ids, for people.</summary>
    public string Decode(IEnumerable<int> tokens) => string.Join(' ', tokens.Select(id => (uint)id < (uint)words.Length ? words[id] : $"<{id}?>"));
}
