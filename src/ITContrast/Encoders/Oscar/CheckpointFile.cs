using ITContrast.Torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>A checkpoint of either format as named tensor views; nothing is loaded until a view is asked for its numbers.</summary>
public sealed class CheckpointFile : IDisposable
{
    private readonly IDisposable owner;

    private CheckpointFile(IDisposable owner, IReadOnlyList<TensorView> tensors, IReadOnlyDictionary<string, string> metadata) => (this.owner, Tensors, Metadata) = (owner, tensors, metadata);

    /// <summary>All tensors, in the file's order.</summary>
    public IReadOnlyList<TensorView> Tensors { get; }

    /// <summary>Texts stored beside the tensors (safetensors only).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a <c>.safetensors</c>, <c>.bin</c>, <c>.pt</c> or <c>.pth</c> file.</summary>
    /// <exception cref="IOException">The file cannot be opened, or breaks its format.</exception>
    public static CheckpointFile Open(string path)
    {
        if (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            var safetensors = SafetensorsFile.Open(path);
            return new(safetensors, safetensors.Tensors, safetensors.Metadata);
        }
        var torch = TorchFile.Open(path);
        return new(torch, torch.Tensors, new Dictionary<string, string>());
    }

    /// <summary>Writes all tensors as safetensors with a checksum, wider types first, one tensor in memory at a time.</summary>
    public void SaveAsSafetensors(string path)
    {
        var tensors = Tensors.OrderByDescending(t => t.Type.Size()).ToList();
        using var writer = new SafetensorsWriter(path, tensors.Select(t => new TensorInfo(t.Name, t.Type, [.. t.Shape])), Metadata);
        foreach (var tensor in tensors) writer.Append(tensor.ToBytes());
        writer.Complete(WriteOptions.Checkpoint);
    }

    /// <inheritdoc/>
    public void Dispose() => owner.Dispose();
}
