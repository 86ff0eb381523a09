using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Format;

/// <summary>
/// An <c>.ipynb</c> file, nbformat 4. The JSON is kept as it came, so fields that this engine does not know survive; cell ids are kept,
/// and given where missing or double, so that what is written is valid nbformat 4.5.
/// </summary>
public sealed class NotebookFile
{
    /// <summary>The kernelspec name of C# notebooks, as .NET Interactive gave it.</summary>
    public const string KernelName = ".net-csharp";

    private const int Minor = 5;

    // Jupyter's own layout: one space of indent, characters as themselves, so that a diff shows what changed.
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject root;

    private NotebookFile(JsonObject root, string path, IReadOnlyList<string> notes)
    {
        (this.root, Path, Notes) = (root, path, notes);
        Cells = [.. root["cells"]!.AsArray().Select(node => new NotebookCell(node!.AsObject()))];
    }

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>What was mended on reading, a line each: missing kernelspec, double ids.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The cells in order.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; private set; }

    /// <summary>The notebook's metadata.</summary>
    public JsonObject Metadata => root["metadata"]!.AsObject();

    /// <summary>The first heading, or the file's name.</summary>
    public string Title => Cells.Where(cell => cell.IsMarkdown).SelectMany(cell => cell.Source.Split('\n'))
        .FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim() ?? System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Reads and validates a notebook.</summary>
    /// <exception cref="NotebookException">It is missing, no JSON, no nbformat 4, or written for another language; the message says which and what to
    /// do.</exception>
    public static NotebookFile Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotebookException($"{path} does not exist; name an .ipynb file.", e);
        }
        return Parse(text, path);
    }

    /// <summary>Parses a notebook's text; <paramref name="path"/> is for messages and for its title.</summary>
    /// <exception cref="NotebookException">As <see cref="Read"/>.</exception>
    public static NotebookFile Parse(string text, string path)
    {
        var (root, notes) = NotebookReader.Read(text, path);
        return new NotebookFile(root, path, notes);
    }

    /// <summary>The whole notebook as JSON, ending in a line's end, as Jupyter writes it.</summary>
    public string ToJson()
    {
        root["nbformat"] = 4;
        root["nbformat_minor"] = Math.Max(Minor, (int)root["nbformat_minor"]!);
        return root.ToJsonString(Layout) + "\n";
    }

    /// <summary>Writes the notebook under a temporary name, then renames it: a reader sees the old file or the new one, whole.</summary>
    public void Write(string path) => AtomicFile.Write(path, ToJson());

    /// <summary>Inserts a cell before position <paramref name="index"/>.</summary>
    public void Insert(int index, NotebookCell cell)
    {
        root["cells"]!.AsArray().Insert(index, cell.Node);
        Cells = [.. Cells.Take(index), cell, .. Cells.Skip(index)];
    }

    /// <summary>Removes a cell.</summary>
    public void Remove(NotebookCell cell)
    {
        root["cells"]!.AsArray().Remove(cell.Node);
        Cells = [.. Cells.Where(other => other != cell)];
    }
}
