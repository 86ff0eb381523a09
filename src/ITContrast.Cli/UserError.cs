namespace ITContrast.Cli;

/// <summary>A mistake that the user can mend: the message says what was expected, what came, and what to do next. Exit code 2.</summary>
internal sealed class UserError(string message) : Exception(message)
{
    /// <summary>Whether an exception speaks to the user (bad files, shapes, options) rather than of a defect.</summary>
    public static bool Is(Exception e) =>
        e
            is UserError
                or DataException
                or ShapeException
                or ITContrast.Notebooks.NotebookException
                or FileNotFoundException
                or DirectoryNotFoundException
                or UnauthorizedAccessException
                or ArgumentException
                or IOException;

    /// <summary>What it says to the user: a method's parameter is nothing that a command line has.</summary>
    public static string Text(Exception e) =>
        e is ArgumentException { ParamName: { } name } ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : e.Message;
}
