using System.Globalization;
using System.Text;

namespace ITContrast.Text;

/// <summary>
/// Canonical decomposition without nonspacing marks: é → e, ガ → カ. The table comes with the library (Unicode 14), because .NET decomposes nothing
/// in invariant-globalization mode and otherwise depends on the machine's ICU.
/// </summary>
internal static class AccentStripper
{
    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3;
    private static readonly Lazy<Dictionary<int, string>> Table = new(Load);

    /// <summary>The text with every character decomposed and its nonspacing marks dropped.</summary>
    public static string Strip(string text)
    {
        if (Ascii.IsValid(text)) return text;
        StringBuilder result = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.IsAscii) result.Append((char)rune.Value);
            else if (rune.Value is >= HangulFirst and <= HangulLast) AppendSyllable(result, rune.Value - HangulFirst);
            else if (Table.Value.TryGetValue(rune.Value, out string? decomposed)) result.Append(decomposed);
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark) result.Append(rune.ToString());
        }
        return result.ToString();
    }

    // Source: the Unicode standard, section 3.12: 19 leading, 21 vowel and 28 trailing parts, the first of which is none.
    private static void AppendSyllable(StringBuilder result, int index)
    {
        result.Append((char)(0x1100 + index / (21 * 28))).Append((char)(0x1161 + index / 28 % 21));
        if (index % 28 != 0) result.Append((char)(0x11A7 + index % 28));
    }

    private static Dictionary<int, string> Load()
    {
        Dictionary<int, string> table = new(2048);
        using StreamReader reader = new(typeof(AccentStripper).Assembly.GetManifestResourceStream("decompositions.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            string[] codes = line.Split(' ');
            table[Code(codes[0])] = string.Concat(codes.Skip(1).Select(code => char.ConvertFromUtf32(Code(code))));
        }
        return table;
    }

    private static int Code(string hexadecimal) => int.Parse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
