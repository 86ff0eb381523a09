using System.Text;

namespace ITContrast.Text;

/// <summary>Splits a caption into words: lower-cased runs of letters and digits (with inner apostrophes); everything else separates.</summary>
public static class Words
{
    /// <summary>The words of the text, in order.</summary>
    public static List<string> Of(string text)
    {
        List<string> words = [];
        StringBuilder word = new();
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : ' ';
            bool inner = c is '\'' or '’' && word.Length > 0 && i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1]);
            if (char.IsLetterOrDigit(c) || char.IsSurrogate(c) || inner) word.Append(c == '’' ? '\'' : char.ToLowerInvariant(c));
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
        return words;
    }
}
