using ITContrast.Torch;
using TorchSharp;

namespace ITContrast.Encoders.Oscar;

/// <summary>A checkpoint of either format as named tensor views; nothing is loaded until a view is asked for its numbers.</summary>
public sealed class CheckpointFile : IDisposable
{
    private readonly IDisposable owner;

    private CheckpointFile(IDisposable owner, IReadOnlyList<TensorView> tensors, IReadOnlyDictionary<string, string> metadata) =>
        (this.owner, Tensors, Metadata) = (owner, tensors, metadata);

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

    /// <summary>Writes all tensors as safetensors with a checksum.</summary>
    public void SaveAsSafetensors(string path)
    {
        using var scope = torch.NewDisposeScope();
        Safetensors.Save(path, Tensors.Select(t => KeyValuePair.Create(t.Name, t.ToTensor())), Metadata, WriteOptions.Checkpoint);
    }

    /// <inheritdoc/>
    public void Dispose() => owner.Dispose();
}
