using ITContrast.Notebooks.Format;

namespace ITContrast.Notebooks.Running;

/// <summary>What a progress display calls a cell.</summary>
internal static class CellTitle
{
    private const int Width = 60;

    /// <summary>The nearest heading above the cell, or its first line of code.</summary>
    public static string Of(NotebookFile notebook, NotebookCell cell)
    {
        var heading = notebook.Cells.TakeWhile(other => other != cell).Where(other => other.IsMarkdown)
            .SelectMany(other => other.Source.Split('\n')).LastOrDefault(line => line.StartsWith('#'))?.TrimStart('#').Trim();
        var title = heading is { Length: > 0 } ? heading : cell.Source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";
        return title.Length <= Width ? title : title[..(Width - 1)] + "…";
    }
}
