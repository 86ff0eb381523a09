namespace ITContrast.Notebooks.Worker;

/// <summary>A failure in a cell of another language, already in the words in which its author should read it.</summary>
internal sealed class CellFailure(string name, string value, IReadOnlyList<string> lines) : Exception(value)
{
    /// <summary>The error to show.</summary>
    public CellError Error { get; } = new(name, value, lines);
}
