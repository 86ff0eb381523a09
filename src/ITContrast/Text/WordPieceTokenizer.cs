using ITContrast.Data;

namespace ITContrast.Text;

/// <summary>
/// BERT WordPiece: words of <see cref="BertWords"/> cut greedily into the longest pieces the vocabulary has, the later ones marked <c>##</c>; a word with a
/// part that no piece covers becomes <c>[UNK]</c> as a whole. A caption becomes <c>[CLS] … [SEP]</c>.
/// Source: Devlin et al., BERT (2019), tokenization.py [V].
/// </summary>
public sealed class WordPieceTokenizer : ITokenizer
{
    /// <summary>Longer words (in code points) become <c>[UNK]</c> without a search.</summary>
    public const int MaximumWordLength = 100;

    private static readonly HashSet<string> Specials = ["[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"];
    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly HashSet<int> specialIds;
    private readonly int cls, sep, longest;
    private readonly bool lowerCase;

    /// <param name="pieces">The vocabulary in the order of its ids, continuations written <c>##piece</c>; <c>[PAD]</c> is id 0.</param>
    /// <param name="lowerCase">Lower-cases and strips accents (the "uncased" vocabularies).</param>
    /// <exception cref="DataException">A mark is missing, <c>[PAD]</c> is not first, or a piece occurs twice.</exception>
    public WordPieceTokenizer(IReadOnlyList<string> pieces, bool lowerCase = true) : this(pieces, lowerCase, "vocabulary") { }

    private WordPieceTokenizer(IReadOnlyList<string> pieces, bool lowerCase, string path)
    {
        this.lowerCase = lowerCase;
        Entries = pieces;
        ids = new(pieces.Count, StringComparer.Ordinal);
        for (int i = 0; i < pieces.Count; i++)
            if (!ids.TryAdd(pieces[i], i))
                throw DataException.At(path, $"line {i + 1}", "a piece that occurs once", $"\"{pieces[i]}\" again (first in line {ids[pieces[i]] + 1})");
        foreach (string mark in new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]" })
            if (!ids.ContainsKey(mark))
                throw DataException.At(path, "", $"the mark {mark}", $"{pieces.Count} pieces without it", "Is this a BERT vocab.txt, one piece a line?");
        if (ids["[PAD]"] != 0) throw DataException.At(path, "line 1", "[PAD] (padding is id 0)", $"\"{pieces[0]}\"");
        (UnknownId, cls, sep) = (ids["[UNK]"], ids["[CLS]"], ids["[SEP]"]);
        specialIds = [.. Specials.Where(ids.ContainsKey).Select(mark => ids[mark])];
        longest = pieces.Max(piece => piece.Length);
        lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads a <c>vocab.txt</c>: UTF-8, one piece a line, the line's number minus one is the id.</summary>
    /// <exception cref="DataException">As for the constructor, with the file's name and line.</exception>
    public static WordPieceTokenizer FromFile(string path, bool lowerCase = true)
    {
        List<string> pieces = [.. TextLines.Read(path)];
        while (pieces.Count > 0 && pieces[^1].Length == 0) pieces.RemoveAt(pieces.Count - 1);
        return new(pieces, lowerCase, path);
    }

    /// <summary>The pieces in the order of their ids.</summary>
    public IReadOnlyList<string> Entries { get; }

    /// <inheritdoc/>
    public int VocabularySize => ids.Count;

    /// <inheritdoc/>
    public int UnknownId { get; }

    /// <inheritdoc/>
    public bool IsSpecial(int id) => specialIds.Contains(id);

    /// <inheritdoc/>
    public int[] Encode(string text) => [cls, .. Pieces(text), sep];

    /// <summary>The piece ids of the text, without marks.</summary>
    public List<int> Pieces(string text)
    {
        List<int> result = [];
        foreach (string word in BertWords.Of(text, lowerCase, Specials))
            if (Specials.Contains(word)) result.Add(ids.GetValueOrDefault(word, UnknownId));
            else AddPieces(word, result);
        return result;
    }

    /// <summary>
    /// OSCAR's two-part input: <c>[CLS] caption [SEP] tags [SEP]</c>, the caption cut to leave room for its marks, then the tags cut to what is left.
    /// </summary>
    /// <param name="caption">Part A, segment 0.</param>
    /// <param name="tags">Part B, segment 1; null or empty leaves it out.</param>
    /// <param name="maximum">Ids in all; OSCAR takes 70.</param>
    /// <returns>Ids and their segments, of one length, not padded.</returns>
    public (int[] Ids, int[] Segments) EncodePair(string caption, string? tags, int maximum = 70)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 3);
        List<int> first = [cls, .. Pieces(caption).Take(maximum - 2), sep];
        List<int> second = string.IsNullOrEmpty(tags) || first.Count >= maximum ? [] : [.. Pieces(tags).Take(maximum - first.Count - 1), sep];
        return ([.. first, .. second], [.. new int[first.Count], .. Enumerable.Repeat(1, second.Count)]);
    }

    private void AddPieces(string word, List<int> result)
    {
        int before = result.Count;
        if (word.Length > MaximumWordLength && word.EnumerateRunes().Count() > MaximumWordLength)
        {
            result.Add(UnknownId);
            return;
        }
        Span<char> buffer = stackalloc char[2 + 2 * MaximumWordLength];
        (buffer[0], buffer[1]) = ('#', '#');
        for (int start = 0; start < word.Length;)
        {
            int end = Math.Min(word.Length, start + longest), id = 0;
            for (; end > start; end--)
            {
                ReadOnlySpan<char> part = word.AsSpan(start, end - start);
                part.CopyTo(buffer[2..]);
                if (lookup.TryGetValue(start == 0 ? part : buffer[..(part.Length + 2)], out id)) break;
            }
            if (end == start)
            {
                result.RemoveRange(before, result.Count - before);
                result.Add(UnknownId);
                return;
            }
            result.Add(id);
            start = end;
        }
    }
}
