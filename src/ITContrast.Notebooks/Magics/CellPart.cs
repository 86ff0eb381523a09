namespace ITContrast.Notebooks.Magics;

/// <summary>A stretch of a cell in one language.</summary>
/// <param name="Kind">The language: <c>csharp</c>, <c>fsharp</c>, <c>sql</c>, <c>html</c>, <c>javascript</c>, <c>markdown</c>; or a command: <c>who</c>,
/// <c>whos</c>, <c>share</c>, whose text is the language around it.</param>
/// <param name="Text">Its text; for a language preceded by as many empty lines as stand above it in the cell, so that line numbers hold.</param>
/// <param name="Arguments">What follows the magic on its line.</param>
internal sealed record CellPart(string Kind, string Text, IReadOnlyList<string> Arguments)
{
    /// <summary>The value after <paramref name="option"/> among the arguments; null where it is not there.</summary>
    public string? Option(string option)
    {
        for (var i = 0; i + 1 < Arguments.Count; i++)
        {
            if (Arguments[i] == option)
            {
                return Arguments[i + 1];
            }
        }
        return null;
    }
}

/// <summary>A cell divided at its <c>#!</c> lines.</summary>
/// <param name="Parts">The parts in order; empty ones are left out.</param>
/// <param name="Timed">Whether <c>#!time</c> stands anywhere in it.</param>
internal sealed record CellParts(IReadOnlyList<CellPart> Parts, bool Timed)
{
    /// <summary>The language of a cell that names none.</summary>
    public const string Default = "csharp";

    private static readonly Dictionary<string, string> Languages = new()
    {
        ["csharp"] = "csharp", ["c#"] = "csharp", ["fsharp"] = "fsharp", ["f#"] = "fsharp", ["sql"] = "sql",
        ["html"] = "html", ["javascript"] = "javascript", ["js"] = "javascript", ["markdown"] = "markdown",
    };

    private static readonly string[] Commands = ["who", "whos", "share"];

    /// <summary>Divides a cell.</summary>
    /// <exception cref="NotebookException">A magic is unknown; the message lists those there are.</exception>
    public static CellParts Of(string code)
    {
        if (!code.Contains("#!", StringComparison.Ordinal))
        {
            return new CellParts([new CellPart(Default, code, [])], false);
        }
        var parts = new List<CellPart>();
        var (kind, arguments, timed) = (Default, (IReadOnlyList<string>)[], false);
        var lines = code.ReplaceLineEndings("\n").Split('\n');
        var start = 0;
        void Close(int end)
        {
            if (lines[start..end].Any(line => line.Trim().Length > 0))
            {
                parts.Add(new CellPart(kind, new string('\n', start) + string.Join('\n', lines[start..end]), arguments));
            }
            start = end + 1;
        }
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("#!", StringComparison.Ordinal) || lines[i].Length < 3 || !char.IsLetter(lines[i][2]))
            {
                continue;
            }
            Close(i);
            var words = lines[i][2..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words[0] == "time")
            {
                timed = true;
            }
            else if (Languages.TryGetValue(words[0], out var language))
            {
                (kind, arguments) = (language, words[1..]);
            }
            else if (Commands.Contains(words[0]))
            {
                // A share goes to the language around it.
                parts.Add(new CellPart(words[0], kind, words[1..]));
            }
            else
            {
                throw new NotebookException(
                    $"line {i + 1}: #!{words[0]} is not known here; there are #!{string.Join(", #!", Languages.Keys.Concat(Commands).Append("time").Order())}."
                );
            }
        }
        Close(lines.Length);
        return new CellParts(parts, timed);
    }
}
