using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>Names of a layer's tensors in a published checkpoint.</summary>
internal static class OscarNames
{
    public static IEnumerable<(string Name, Tensor Tensor)> Of(string name, Linear layer) => [($"{name}.weight", layer.weight!), ($"{name}.bias", layer.bias!)];

    public static IEnumerable<(string Name, Tensor Tensor)> Of(string name, LayerNorm layer) =>
        [($"{name}.weight", layer.weight!), ($"{name}.bias", layer.bias!)];

    public static IEnumerable<(string Name, Tensor Tensor)> Of(string name, Embedding layer) => [($"{name}.weight", layer.weight!)];
}
