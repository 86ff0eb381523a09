namespace ITContrast.Torch;

/// <summary>Reads the dictionary of an <c>.npy</c> header: exactly the keys descr, fortran_order and shape, once each.</summary>
internal sealed class NpyDictionary(string path, string text)
{
    private int at;

    public (string Descr, bool Fortran, long[] Shape) Read()
    {
        string? descr = null;
        bool? fortran = null;
        long[]? shape = null;
        Expect('{');
        while (!Take('}'))
        {
            string key = Quoted();
            Expect(':');
            if (key == "descr" && descr == null) descr = Descr();
            else if (key == "fortran_order" && fortran == null) fortran = Word();
            else if (key == "shape" && shape == null) shape = Tuple();
            else throw Bad($"unexpected or repeated key '{key}'");
            if (!Take(',') && Peek() != '}') throw Bad("expected ',' or '}'");
        }
        SkipSpace();
        if (at != text.Length) throw Bad("text after the closing brace");
        return (descr ?? throw Bad("no 'descr'"), fortran ?? throw Bad("no 'fortran_order'"), shape ?? throw Bad("no 'shape'"));
    }

    // A structured type is a list, not a string.
    private string Descr() => Peek() == '[' ? throw new DataFileException(path, NpyTypes.Refusal("[")) : Quoted();

    private string Quoted()
    {
        char quote = Peek();
        if (quote is not ('\'' or '"')) throw Bad("expected a quoted string");
        int end = text.IndexOf(quote, at + 1);
        if (end < 0) throw Bad("a string without its end");
        string value = text[(at + 1)..end];
        at = end + 1;
        return value;
    }

    private bool Word()
    {
        SkipSpace();
        foreach ((string word, bool value) in new[] { ("True", true), ("False", false) })
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0) continue;
            at += word.Length;
            return value;
        }
        throw Bad("expected True or False");
    }

    private long[] Tuple()
    {
        var extents = new List<long>();
        Expect('(');
        while (!Take(')'))
        {
            SkipSpace();
            int begin = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (!long.TryParse(text.AsSpan(begin, at - begin), out long extent)) throw Bad("expected an extent of 0 or more");
            extents.Add(extent);
            // numpy under Python 2 wrote long integers with an L.
            Take('L');
            if (!Take(',') && Peek() != ')') throw Bad("expected ',' or ')'");
        }
        return [.. extents];
    }

    private void Expect(char c)
    {
        if (!Take(c)) throw Bad($"expected '{c}'");
    }

    private bool Take(char c)
    {
        if (Peek() != c) return false;
        at++;
        return true;
    }

    private char Peek()
    {
        SkipSpace();
        return at < text.Length ? text[at] : '\0';
    }

    private void SkipSpace()
    {
        while (at < text.Length && text[at] is ' ' or '\n' or '\t' or '\r') at++;
    }

    private DataFileException Bad(string problem)
    {
        string shown = text.Length <= 120 ? text.TrimEnd() : text[..120] + "…";
        return new DataFileException(path, $"bad .npy header, {problem} at character {at} of \"{shown}\".");
    }
}
