namespace ITContrast.Torch;

/// <summary>
/// A safetensors file, mapped: tensors are views of the file itself. The header is checked whole at opening (length, JSON, names, types, shapes against
/// bytes, holes, overlaps, ends), so a file that opens is consistent; whether its numbers are those written is what the checksum beside it says.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly MappedFile file;
    private readonly Dictionary<string, TensorView> byName;

    private SafetensorsFile(MappedFile file)
    {
        this.file = file;
        var header = new SafetensorsHeader(file);
        Metadata = header.Metadata;
        var views = new List<TensorView>(header.Entries.Count);
        foreach (SafetensorsHeader.Entry entry in header.Entries)
            views.Add(new TensorView(entry.Info.Name, entry.Info.Type, entry.Info.Shape, TensorView.RowMajor(entry.Info.Shape),
                new MappedBytes(file, header.DataStart + entry.Begin, entry.End - entry.Begin)));
        Tensors = views;
        byName = views.ToDictionary(view => view.Name);
    }

    /// <summary>The file.</summary>
    public string Path => file.Path;

    /// <summary>Texts stored with the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensors in the order of their bytes.</summary>
    public IReadOnlyList<TensorView> Tensors { get; }

    /// <summary>A tensor by name.</summary>
    /// <exception cref="DataFileException">There is none of that name.</exception>
    public TensorView this[string name] => byName.TryGetValue(name, out TensorView? view) ? view
        : throw new DataFileException(
            Path, $"holds no tensor '{name}'. It holds {byName.Count}: {string.Join(", ", byName.Keys.Order().Take(8))}{(byName.Count > 8 ? ", …" : "")}.");

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="verify">Compare it with the checksum beside it, where there is one. Reads the whole file.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="DataFileException">It breaks the format, or is not the file that its checksum belongs to.</exception>
    public static SafetensorsFile Open(string path, bool verify = false)
    {
        MappedFile file = MappedFile.Open(path);
        try
        {
            if (verify) Checksum.Verify(path);
            return new SafetensorsFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens the newest whole generation of a file that was written with <see cref="WriteOptions.Checkpoint"/>: the file, or where it is missing or
    /// damaged the one before. <see cref="Path"/> says which.
    /// </summary>
    /// <exception cref="IOException">Neither can be read; the error is the newest one's.</exception>
    public static SafetensorsFile OpenLatest(string path)
    {
        try
        {
            return Open(path, verify: true);
        }
        catch (IOException) when (File.Exists(WriteOptions.PreviousOf(path)))
        {
            return Open(WriteOptions.PreviousOf(path), verify: true);
        }
    }

    /// <summary>Closes the mapping; spans taken from it are no longer valid, tensors made from it are.</summary>
    public void Dispose() => file.Dispose();
}
