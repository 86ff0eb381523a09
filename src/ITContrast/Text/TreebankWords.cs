using System.Text.RegularExpressions;

namespace ITContrast.Text;

/// <summary>
/// The words that vsepp, SCAN and VSE∞ take from a caption: lower case, then nltk's <c>word_tokenize</c> (Penn Treebank rules, sentence by sentence), so that
/// their published vocabularies fit. Source: nltk, NLTKWordTokenizer [V]; the sentence step here breaks at a full stop, question or exclamation mark before a
/// space, where nltk consults a trained model of abbreviations [I].
/// </summary>
public static class TreebankWords
{
    private static readonly (Regex Pattern, string Replacement)[] Rules =
    [
        // Opening quotes.
        Rule("([«“‘„]|`+)", " $1 "), Rule("^\"", "``"), Rule("(``)", " $1 "), Rule("([ \\(\\[{<])(\"|'{2})", "$1 `` "),
        Rule("(?i)(')(?!re|ve|ll|m|t|s|d|n)(\\w)\\b", "$1 $2"),
        // Punctuation.
        Rule("([^.])(\\.)([\\])}>\"'»”’ ]*)\\s*$", "$1 $2 $3 "), Rule("([:,])([^\\d])", " $1 $2"), Rule("([:,])$", " $1 "), Rule("\\.{2,}", " $0 "),
        Rule("[;@#$%&]", " $0 "), Rule("([^.])(\\.)([\\])}>\"']*)\\s*$", "$1 $2$3 "), Rule("[?!]", " $0 "), Rule("([^'])' ", "$1 ' "), Rule("[*]", " $0 "),
        // Brackets and dashes, then room at both ends for the closing rules.
        Rule("[\\]\\[(){}<>]", " $0 "), Rule("--", " -- "), Rule("^|$", " "),
        // Closing quotes and contractions.
        Rule("([»”’])", " $1 "), Rule("''", " '' "), Rule("\"", " '' "), Rule("\\s+", " "), Rule("([^' ])('s|'m|'d|') ", "$1 $2 "),
        Rule("([^' ])('ll|'re|'ve|n't) ", "$1 $2 "),
        Rule("\\b(can)(not)\\b", " $1 $2 "), Rule("\\b(d)('ye)\\b", " $1 $2 "), Rule("\\b(gim)(me)\\b", " $1 $2 "), Rule("\\b(gon)(na)\\b", " $1 $2 "),
        Rule("\\b(got)(ta)\\b", " $1 $2 "), Rule("\\b(lem)(me)\\b", " $1 $2 "), Rule("\\b(more)('n)\\b", " $1 $2 "), Rule("\\b(wan)(na)(?=\\s)", " $1 $2 "),
        Rule(" ('t)(is)\\b", " $1 $2 "), Rule(" ('t)(was)\\b", " $1 $2 "),
    ];

    private static readonly Regex SentenceEnd = new("(?<=[.!?][\"')\\]]*)\\s+(?=\\S)", RegexOptions.CultureInvariant);

    /// <summary>The words of the text, in order, lower-cased.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        List<string> words = [];
        foreach (string sentence in SentenceEnd.Split(text.ToLowerInvariant().Trim()))
        {
            string marked = sentence;
            foreach ((Regex pattern, string replacement) in Rules) marked = pattern.Replace(marked, replacement);
            words.AddRange(marked.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }
        return words;
    }

    private static (Regex, string) Rule(string pattern, string replacement) => (new Regex(pattern, RegexOptions.CultureInvariant), replacement);
}
