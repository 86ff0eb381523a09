using System.Globalization;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Training;

/// <summary>
/// A run's whole state after a step: parameters and buffers (<c>model.NAME</c>), optimiser (<c>adam.NAME.first|second</c>), averaged weights
/// (<c>average.NAME</c>), and texts (the step, the vocabulary). Written to a temporary name, flushed and renamed, with a checksum and the generation before.
/// </summary>
public static class Checkpoint
{
    private const string StepKey = "step";

    /// <summary>Writes the state.</summary>
    /// <param name="path">The file; the one before is kept as <c>NAME.previous.safetensors</c>.</param>
    /// <param name="module">Parameters and buffers.</param>
    /// <param name="optimizer">Its state; null for a model that is only used.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="texts">Further texts, as the vocabulary.</param>
    /// <param name="average">Averaged weights; null for none.</param>
    public static void Save(
        string path, nn.Module module, DecoupledAdam? optimizer, long step, IReadOnlyDictionary<string, string> texts, WeightAverage? average = null)
    {
        // The wider type first, so that every tensor lies at a multiple of its element's size.
        (string Name, Tensor Tensor)[] tensors = [.. Named(module, optimizer, average).OrderByDescending(t => t.Tensor.element_size())];
        Dictionary<string, string> metadata = new(texts) { [StepKey] = step.ToString(CultureInfo.InvariantCulture) };
        using SafetensorsWriter writer = new(path, tensors.Select(t => new TensorInfo(t.Name, TypeOf(t.Name, t.Tensor), t.Tensor.shape)), metadata);
        foreach ((_, Tensor tensor) in tensors) writer.Append(tensor);
        writer.Complete(WriteOptions.Checkpoint);
    }

    /// <summary>Fills a module, and an optimiser where one is given, from the newest whole generation.</summary>
    /// <returns>Steps done when it was written.</returns>
    /// <exception cref="DataException">The file lacks a tensor of the module or holds one of another shape or type.</exception>
    public static long Load(string path, nn.Module module, DecoupledAdam? optimizer = null, WeightAverage? average = null)
    {
        using SafetensorsFile file = SafetensorsFile.OpenLatest(path);
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor target) in Named(module, optimizer, average))
        {
            if (!file.Contains(name))
                throw DataException.At(file.Path, "", $"a tensor {name}", "none of that name", "Was the checkpoint written by another system or version?");
            TensorView view = file[name];
            if (!view.Shape.SequenceEqual(target.shape))
                throw DataException.At(
                    file.Path, name, $"shape [{string.Join(", ", target.shape)}]", $"[{string.Join(", ", view.Shape)}]",
                    "Was the checkpoint written with other options?");
            if (view.Type != (ElementType)target.dtype)
                throw DataException.At(
                    file.Path, name, ((ElementType)target.dtype).ToString(), view.Type.ToString(), "Was the checkpoint written with other options?");
            target.copy_(view.ToTensor());
        }
        long step = Step(file);
        if (optimizer is not null) optimizer.Steps = step;
        return step;
    }

    /// <summary>A text that was stored with the newest whole generation.</summary>
    /// <exception cref="DataException">There is none of that name.</exception>
    public static string Text(string path, string key)
    {
        using SafetensorsFile file = SafetensorsFile.OpenLatest(path);
        return file.Metadata.TryGetValue(key, out string? text)
            ? text
            : throw DataException.At(file.Path, "metadata", $"the text \"{key}\"", "none of that name");
    }

    private static ElementType TypeOf(string name, Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => ElementType.Float32,
        ScalarType.Int64 => ElementType.Int64,
        ScalarType.BFloat16 => ElementType.BFloat16,
        var other => throw new ArgumentException($"{name} is {other}; a checkpoint holds float32, bfloat16 and int64."),
    };

    private static long Step(SafetensorsFile file) =>
        file.Metadata.TryGetValue(StepKey, out string? text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? step
            : throw DataException.At(file.Path, "metadata", "the number of steps done", text ?? "none");

    private static IEnumerable<(string Name, Tensor Tensor)> Named(nn.Module module, DecoupledAdam? optimizer, WeightAverage? average)
    {
        foreach ((string name, Tensor parameter) in module.named_parameters()) yield return ("model." + name, parameter);
        foreach ((string name, Tensor buffer) in module.named_buffers()) yield return ("model." + name, buffer);
        foreach ((string name, Tensor tensor) in optimizer?.State ?? []) yield return ("adam." + name, tensor);
        foreach ((string name, Tensor tensor) in average?.State ?? []) yield return ("average." + name, tensor);
    }
}
