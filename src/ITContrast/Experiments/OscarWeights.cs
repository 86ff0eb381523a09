using ITContrast.Encoders.Oscar;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments;

/// <summary>Takes an OSCAR model out of another run's checkpoint; heads and optimiser stay behind.</summary>
internal static class OscarWeights
{
    // Where systems keep the model: pre-training and matching under "model", the bi-encoder under "encoder".
    private static readonly string[] Places = ["model.model.", "model.encoder."];

    /// <summary>Fills the model.</summary>
    /// <exception cref="DataException">The checkpoint holds no such model, or one of another shape; lists every tensor that does not fit.</exception>
    public static void Load(OscarModel model, string path)
    {
        using SafetensorsFile file = SafetensorsFile.OpenLatest(path);
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (string name, Tensor parameter)[] wanted = [.. model.named_parameters().Select(p => (p.name, (Tensor)p.parameter))];
        string place =
            Places.FirstOrDefault(p => file.Contains(p + wanted[0].name))
            ?? throw DataException.At(file.Path, "", "an OSCAR model", "none", "Is this the checkpoint of an OSCAR run?");
        string[] problems = [.. wanted.Where(w => !file.Contains(place + w.name)).Select(w => $"missing {w.name}"),
            .. wanted.Where(w => file.Contains(place + w.name) && !file[place + w.name].Shape.SequenceEqual(w.parameter.shape))
                .Select(w => $"{w.name} is [{string.Join(", ", file[place + w.name].Shape)}], the model's [{string.Join(", ", w.parameter.shape)}]")];
        if (problems.Length > 0)
            throw new DataException($"{file.Path} does not fit the model: {string.Join("; ", problems)}. Pre-train with the same sizes, data and tags.");
        foreach ((string name, Tensor parameter) in wanted) parameter.copy_(tensor(file[place + name].ToArray<float>()).view(parameter.shape));
    }
}
