namespace ITContrast.Notebooks.Language;

/// <summary>Completion of the commands that begin a line: <c>#!fsharp</c>, <c>#!time</c>, …</summary>
internal static class CommandCompletion
{
    private static readonly string[] All = ["csharp", "fsharp", "sql", "html", "javascript", "markdown", .. CSharpMask.Commands];

    /// <summary>The commands that fit; null where the cursor is not in one.</summary>
    public static Completions? At(string code, int cursor)
    {
        cursor = Math.Clamp(cursor, 0, code.Length);
        var line = cursor == 0 ? 0 : code.LastIndexOf('\n', cursor - 1) + 1;
        var typed = code[line..cursor];
        return typed.StartsWith("#!", StringComparison.Ordinal) && !typed.Contains(' ')
            ? new Completions(
                [
                    .. All.Select(c => "#!" + c)
                        .Where(c => c.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                        .Select(c => new CompletionItem(c, "keyword", "")),
                ],
                line,
                cursor)
            : null;
    }
}
