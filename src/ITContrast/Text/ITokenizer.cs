namespace ITContrast.Text;

/// <summary>Turns a caption into token ids. Id 0 is padding in every tokenizer of this library.</summary>
public interface ITokenizer
{
    /// <summary>Ids run from 0 to this number minus one.</summary>
    int VocabularySize { get; }

    /// <summary>The words or word pieces by id, where ids go to texts and come back.</summary>
    IReadOnlyList<string> Entries { get; }

    /// <summary>The id of a word that the vocabulary does not know.</summary>
    int UnknownId { get; }

    /// <summary>Whether the id is a mark (padding, start, end, …) and no word; word dropout leaves marks alone.</summary>
    bool IsSpecial(int id);

    /// <summary>The caption's ids with the start and end marks; never empty, never padded.</summary>
    int[] Encode(string text);
}
