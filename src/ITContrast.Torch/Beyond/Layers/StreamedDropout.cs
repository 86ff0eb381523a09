using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Dropout from a named stream: y = x∘m/(1 − p), m_i = [u_i ≥ p], u uniform in [0, 1) and a pure function of (seed, path, step, call).
/// In evaluation, and with p = 0, it hands its input through and draws nothing.
/// Source: Srivastava et al., JMLR 15 (2014), in the scaled form that PyTorch has.
/// </summary>
public sealed class StreamedDropout : nn.Module<Tensor, Tensor>, IStreamedLayer
{
    /// <param name="p">The probability of a zero, 0 ≤ p ≤ 1.</param>
    public StreamedDropout(double p = 0.5) : base(nameof(StreamedDropout))
    {
        if (!(p >= 0 && p <= 1)) throw new ArgumentOutOfRangeException(nameof(p), p, "The probability of a zero must lie between 0 and 1.");
        P = p;
    }

    /// <summary>The probability of a zero.</summary>
    public double P { get; }

    /// <inheritdoc/>
    public LayerStream Stream { get; } = new();

    /// <param name="input">Any shape, floating dtype.</param>
    /// <returns>A tensor of the same shape, dtype and device.</returns>
    /// <exception cref="InvalidOperationException">Training, and <see cref="StreamedModules.BeginStep"/> was not called.</exception>
    public override Tensor forward(Tensor input) => Drop(input, P, training, Stream);

    /// <summary>The same for layers that hold a stream of their own.</summary>
    internal static Tensor Drop(Tensor input, double p, bool training, LayerStream stream)
    {
        if (!training || p == 0) return input.alias();
        using var scope = NewDisposeScope();
        return (input * Mask(input, p, stream)).MoveToOuterDisposeScope();
    }

    private static Tensor Mask(Tensor input, double p, LayerStream stream)
    {
#if TORCH_SYSTEM
        if (input.device.type == DeviceType.CPU && input.dtype is ScalarType.Float32 or ScalarType.BFloat16 && p < 1)
        {
            var mask = empty(input.shape, dtype: ScalarType.Float32);
            Native.Check(Native.itc_dropout_mask(mask.Handle, stream.NextSeed(), p), "dropout");
            return mask.to(input.dtype);
        }
#endif
        return PlainMask(input, p, stream);
    }

    /// <summary>The mask in libtorch's own operations, of any type and on any device.</summary>
    internal static Tensor PlainMask(Tensor input, double p, LayerStream stream)
    {
        using var generator = stream.Next(input.device);
        var uniform = rand(input.shape, dtype: ScalarType.Float32, device: input.device, generator: generator);
        var mask = uniform.ge(p).to(input.dtype);
        return p < 1 ? mask.mul_(1 / (1 - p)) : mask;
    }
}
