using ITContrast.Text;

namespace ITContrast.Encoders.Oscar;

/// <summary>The ids that OSCAR's inputs are put together with.</summary>
/// <param name="Start">[CLS].</param>
/// <param name="End">[SEP].</param>
/// <param name="Mask">[MASK].</param>
/// <param name="Vocabulary">Word pieces, marks included: the model's vocabulary size.</param>
public sealed record OscarMarks(int Start, int End, int Mask, int Vocabulary)
{
    /// <summary>Of a word vocabulary: its start and end marks, and one more id behind its words as the mask.</summary>
    public static OscarMarks Of(WordTokenizer words) => new(1, 2, words.VocabularySize, words.VocabularySize + 1);

    /// <summary>Of either.</summary>
    /// <exception cref="ArgumentException">Another kind of vocabulary.</exception>
    public static OscarMarks Of(ITokenizer vocabulary) => vocabulary switch
    {
        WordTokenizer words => Of(words),
        WordPieceTokenizer pieces => Of(pieces),
        _ => throw new ArgumentException($"OSCAR reads words or word pieces, not a {vocabulary.GetType().Name}.", nameof(vocabulary)),
    };

    /// <summary>Of a BERT vocabulary.</summary>
    /// <exception cref="DataException">It has no [MASK].</exception>
    public static OscarMarks Of(WordPieceTokenizer pieces)
    {
        int Id(string mark) =>
            pieces.Entries.ToList().IndexOf(mark) is var id and >= 0
                ? id
                : throw new DataException($"The vocabulary has no {mark}; masked-token prediction needs one.");
        return new(Id("[CLS]"), Id("[SEP]"), Id("[MASK]"), pieces.VocabularySize);
    }
}
