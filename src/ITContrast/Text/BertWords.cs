using System.Globalization;
using System.Text;

namespace ITContrast.Text;

/// <summary>
/// BERT's basic tokenizer: control characters dropped, CJK ideographs apart, lower case, accents stripped, punctuation apart.
/// Source: Devlin et al., BERT (2019), tokenization.py [V]; characters of category C are dropped as in the PyTorch port that OSCAR uses [V].
/// </summary>
public static class BertWords
{
    /// <summary>The words of the text, in order.</summary>
    /// <param name="text">Any text; unpaired surrogates count as unknown characters and are dropped.</param>
    /// <param name="lowerCase">Lower-cases and strips accents ("uncased" models).</param>
    /// <param name="keep">Words that are kept as they are when they stand alone, as in "[MASK]".</param>
    public static List<string> Of(string text, bool lowerCase = true, IReadOnlySet<string>? keep = null)
    {
        List<string> words = [];
        foreach (string token in Clean(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (keep is not null && keep.Contains(token)) words.Add(token);
            else SplitPunctuation(lowerCase ? AccentStripper.Strip(Lower(token)) : token, words);
        return words;
    }

    private static string Clean(string text)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is ' ' or '\t' or '\n' or '\r') clean.Append(' ');
            else if (rune.IsAscii && rune.Value is >= 32 and < 127) clean.Append((char)rune.Value);
            else if (rune.Value == 0xFFFD) continue;
            else if (IsIdeograph(rune.Value)) clean.Append(' ').Append(rune.ToString()).Append(' ');
            else
                switch (Rune.GetUnicodeCategory(rune))
                {
                    case UnicodeCategory.SpaceSeparator:
                        clean.Append(' ');
                        break;
                    case UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
                    or UnicodeCategory.Surrogate:
                        break;
                    default:
                        clean.Append(rune.ToString());
                        break;
                }
        }
        return clean.ToString();
    }

    // Two special casings differ from .NET's one-to-one mapping: İ becomes i and a mark (which is stripped), Σ at a word's end becomes ς.
    private static string Lower(string token)
    {
        StringBuilder lower = new(token.ToLowerInvariant().Replace('İ', 'i'));
        for (int i = 1; i < lower.Length; i++)
            if (lower[i] == 'σ' && token[i] == 'Σ' && HasCased(token, i - 1, -1) && !HasCased(token, i + 1, 1)) lower[i] = 'ς';
        return lower.ToString();
    }

    // The final-sigma rule looks past case-ignorable characters: marks, format characters, apostrophes and the like.
    private static bool HasCased(string token, int at, int step)
    {
        for (; at >= 0 && at < token.Length; at += step)
        {
            char c = token[at];
            if (char.IsUpper(c) || char.IsLower(c) || char.GetUnicodeCategory(c) == UnicodeCategory.TitlecaseLetter) return true;
            bool ignorable = c is '\'' or '.' or ':' or '·' or '’' or '^' or '`' or '¨' or '´' or '¸' || char.GetUnicodeCategory(c)
                is UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.EnclosingMark
                    or UnicodeCategory.Format
                    or UnicodeCategory.ModifierLetter
                    or UnicodeCategory.ModifierSymbol;
            if (!ignorable) return false;
        }
        return false;
    }

    private static void SplitPunctuation(string token, List<string> words)
    {
        StringBuilder word = new();
        foreach (Rune rune in token.EnumerateRunes())
        {
            if (!IsPunctuation(rune))
            {
                word.Append(rune.ToString());
                continue;
            }
            if (word.Length > 0) words.Add(word.ToString());
            word.Clear();
            words.Add(rune.ToString());
        }
        if (word.Length > 0) words.Add(word.ToString());
    }

    private static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value is >= 33 and <= 47 or >= 58 and <= 64 or >= 91 and <= 96 or >= 123 and <= 126
        : Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation
            or UnicodeCategory.InitialQuotePunctuation
            or UnicodeCategory.FinalQuotePunctuation
            or UnicodeCategory.OtherPunctuation;

    private static bool IsIdeograph(int code) => code
        is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F
        or >= 0x2B740 and <= 0x2B81F or >= 0x2B820 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;
}
