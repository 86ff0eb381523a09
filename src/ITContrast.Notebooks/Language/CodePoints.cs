namespace ITContrast.Notebooks.Language;

/// <summary>Offsets into text: Unicode code points, as Jupyter's protocol counts, and UTF-16 units, as .NET does.</summary>
public static class CodePoints
{
    /// <summary>The UTF-16 offset of a code-point offset; an offset beyond the text is its end, a negative one its start.</summary>
    public static int ToUtf16(string text, int codePoints)
    {
        var at = 0;
        for (var i = 0; i < codePoints && at < text.Length; i++)
        {
            at += char.IsSurrogatePair(text, at) ? 2 : 1;
        }

        return at;
    }

    /// <summary>The code-point offset of a UTF-16 offset.</summary>
    public static int FromUtf16(string text, int utf16)
    {
        var count = 0;
        for (var at = 0; at < utf16 && at < text.Length; count++)
        {
            at += char.IsSurrogatePair(text, at) ? 2 : 1;
        }

        return count;
    }
}
