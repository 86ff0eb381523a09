namespace ITContrast.Notebooks.Language;

/// <summary>
/// A cell with everything that is not C# turned to spaces: command lines (<c>#!time</c>), directives that the engine takes out
/// (<c>#r</c>, <c>#load</c>) and the parts in other languages. Offsets and lines stay what they were.
/// </summary>
public static class CSharpMask
{
    /// <summary>Commands that begin a part in another language.</summary>
    public static readonly IReadOnlyList<string> OtherLanguages = ["fsharp", "f#", "sql", "html", "javascript", "js", "markdown", "md"];

    /// <summary>Commands that begin a part in C#.</summary>
    public static readonly IReadOnlyList<string> CSharp = ["csharp", "c#", "cs"];

    /// <summary>Commands that act on a part and leave its language.</summary>
    public static readonly IReadOnlyList<string> Commands = ["time", "who", "share"];

    /// <summary>The cell's C#.</summary>
    public static string Apply(string code)
    {
        var masked = code.ToCharArray();
        var csharp = true;
        for (var start = 0; start < code.Length;)
        {
            var end = code.IndexOf('\n', start);
            end = end < 0 ? code.Length : end;
            var line = code.AsSpan(start, end - start).Trim();
            var command = Command(line);
            csharp = command is null ? csharp : CSharp.Contains(command) || (csharp && !OtherLanguages.Contains(command));
            if (!csharp || command is not null || line.StartsWith("#r ") || line.StartsWith("#load "))
            {
                masked.AsSpan(start, end - start).Fill(' ');
            }

            start = end + 1;
        }

        return new string(masked);
    }

    /// <summary>The name after <c>#!</c> at the start of a line; null where there is none.</summary>
    private static string? Command(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith("#!"))
        {
            return null;
        }

        var name = line[2..];
        var end = name.IndexOfAny(" \t");
        return (end < 0 ? name : name[..end]).ToString();
    }
}
