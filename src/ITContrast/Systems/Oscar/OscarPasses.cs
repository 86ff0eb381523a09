using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Oscar;

/// <summary>How OSCAR's training passes are computed; none of it changes what is computed.</summary>
/// <param name="Narrow">Whether products are taken in bfloat16 (<see cref="Autocast"/>); weights, sums and losses stay float32.</param>
public sealed record OscarPasses(bool Narrow = false)
{
    /// <summary>Runs a forward pass with its loss.</summary>
    /// <exception cref="PlatformNotSupportedException">Narrow passes were asked for and this torch has no autocast.</exception>
    public T Run<T>(Device device, Func<T> pass)
    {
        if (!Narrow) return pass();
        using var narrow = new Autocast(device.type == DeviceType.CUDA ? DeviceType.CUDA : DeviceType.CPU);
        return pass();
    }
}
