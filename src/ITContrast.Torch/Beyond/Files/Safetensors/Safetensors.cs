using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>Saves and loads sets of named tensors.</summary>
public static class Safetensors
{
    /// <summary>Writes tensors of any device and layout, atomically. Nothing of them is changed; a tensor elsewhere is brought over one at a time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Names and tensors. The order in the file is by element size, then by name, so that the same tensors give the same bytes.</param>
    /// <param name="metadata">Texts to store with them.</param>
    /// <param name="options">What is kept beside the file.</param>
    /// <exception cref="ArgumentException">The format has no name for a tensor's type.</exception>
    public static void Save(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null, WriteOptions? options = null)
    {
        KeyValuePair<string, Tensor>[] ordered =
        [
            .. tensors.OrderByDescending(pair => pair.Value.ElementSize).ThenBy(pair => pair.Key, StringComparer.Ordinal),
        ];
        using var writer = new SafetensorsWriter(
            path,
            ordered.Select(pair => new TensorInfo(pair.Key, (ElementType)pair.Value.dtype, pair.Value.shape)),
            metadata);
        foreach ((_, Tensor tensor) in ordered) TensorBytes.Read(tensor, (_, piece) => writer.Append((ReadOnlySpan<byte>)piece));
        writer.Complete(options);
    }

    /// <summary>Reads every tensor of a file; on the CPU they are mapped, not copied (<see cref="TensorView.ToTensor"/>).</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the tensors are wanted.</param>
    /// <param name="verify">Compare the file with the checksum beside it first, where there is one.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="DataFileException">It breaks the format, or is not the file that its checksum belongs to.</exception>
    public static Dictionary<string, Tensor> Load(string path, Device? device = null, bool verify = false)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path, verify);
        return file.Tensors.ToDictionary(view => view.Name, view => view.ToTensor(device));
    }
}
