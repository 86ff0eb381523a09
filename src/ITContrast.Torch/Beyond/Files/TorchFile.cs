using System.Numerics;

namespace ITContrast.Torch;

/// <summary>
/// A safe reader of the files that <c>torch.save</c> writes (<c>.pt</c>, <c>.pth</c>, <c>.bin</c>): the zip of torch 1.6 and later, and the bare stream
/// before it. Tensors are views of the mapped file, sharing storages as they did when saved. Nothing of the file is ever executed: tensors, dictionaries,
/// lists, tuples, strings, numbers, bools and None are read, everything else is refused by name.
/// </summary>
public sealed class TorchFile : IDisposable
{
    private readonly MappedFile file;
    private readonly TorchRebuild rebuild;
    private readonly Dictionary<string, TensorView> byName;

    private TorchFile(MappedFile file)
    {
        this.file = file;
        bool zip = file.Length >= 4 && file.Bytes(0, 4).SequenceEqual("PK\u0003\u0004"u8);
        rebuild = new TorchRebuild(file.Path, legacy: !zip);
        Root = zip ? TorchContainer.ReadZip(file, rebuild) : TorchContainer.ReadStream(file, rebuild);
        Tensors = TorchNames.Flatten(file.Path, Root);
        byName = Tensors.ToDictionary(view => view.Name);
    }

    /// <summary>The file.</summary>
    public string Path => file.Path;

    /// <summary>
    /// The object that was saved: <see cref="TensorView"/>, <see cref="TorchDictionary"/>, <c>List&lt;object?&gt;</c> (list), <c>object?[]</c> (tuple),
    /// <see cref="string"/>, <see cref="long"/>, <see cref="BigInteger"/> (beyond 64 bits), <see cref="double"/>, <see cref="bool"/> or null.
    /// </summary>
    public object? Root { get; }

    /// <summary>All tensors in the file's order, named by the keys and positions that lead to them, joined by dots (<c>model.encoder.weight</c>).</summary>
    public IReadOnlyList<TensorView> Tensors { get; }

    /// <summary>A tensor by name.</summary>
    /// <exception cref="DataFileException">There is none of that name.</exception>
    public TensorView this[string name] => byName.TryGetValue(name, out TensorView? view) ? view
        : throw new DataFileException(
            Path, $"holds no tensor '{name}'. It holds {byName.Count}: {string.Join(", ", byName.Keys.Take(8))}{(byName.Count > 8 ? ", …" : "")}.");

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="DataFileException">It was not written by torch.save, is damaged, or holds something that would have to be executed.</exception>
    public static TorchFile Open(string path)
    {
        MappedFile file = MappedFile.Open(path);
        try
        {
            return new TorchFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Closes the mapping; spans taken from it are no longer valid, tensors made from it are.</summary>
    public void Dispose()
    {
        foreach (TorchStorage storage in rebuild.Storages.Values) storage.Dispose();
        file.Dispose();
    }
}
