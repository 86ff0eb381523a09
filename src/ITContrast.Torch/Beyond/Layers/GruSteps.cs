using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// One layer of gated recurrent units over packed sequences, in libtorch's own operations and order, so that values and gradients are libtorch's: to the bit
/// where a state fills whole vector registers (H a multiple of 16), to rounding elsewhere. The input's
/// products are cut into steps at once: libtorch's own loop takes slices, and the gradient of every slice is a tensor of the whole input's size.
/// In full precision on the CPU a direction is one native call with a backward pass of its own.
/// </summary>
internal static class GruSteps
{
    /// <summary>All states <c>[ΣB_t, D·H]</c> of the sequences.</summary>
    /// <param name="layer">Its weights.</param>
    /// <param name="packed"><c>[ΣB_t, I]</c>.</param>
    /// <param name="sizes">B_t.</param>
    /// <param name="plain">In managed code alone.</param>
    /// <param name="beside">The backward passes of two directions run beside each other, see <see cref="SideGradient"/>.</param>
    public static Tensor Run(GRU layer, Tensor packed, long[] sizes, bool plain = false, bool beside = false)
    {
        Dictionary<string, Parameter> weights = layer.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        if (!weights.ContainsKey("weight_ih_l0_reverse")) return Direction(packed, "", reverse: false);
        SideGradient? other = beside ? SideGradient.Before(weights.Where(w => w.Key.EndsWith("_reverse")).Select(w => w.Value), packed) : null;
        Tensor forward = Direction(packed, "", reverse: false);
        return cat([forward, other?.Run(x => Direction(x[0], "_reverse", reverse: true)) ?? Direction(packed, "_reverse", reverse: true)], 1);

        Tensor Direction(Tensor inputs, string suffix, bool reverse)
        {
            Tensor all = nn.functional.linear(inputs, weights["weight_ih_l0" + suffix], weights["bias_ih_l0" + suffix]);
            Parameter weight = weights["weight_hh_l0" + suffix], bias = weights["bias_hh_l0" + suffix];
#if TORCH_SYSTEM
            if (!plain && all is { device_type: DeviceType.CPU, dtype: ScalarType.Float32 or ScalarType.Float64 } && weight.dtype == all.dtype)
                return Fused(all, weight, bias, sizes, reverse);
#endif
            Tensor[] each = all.split(sizes, 0);
            var outputs = new Tensor[sizes.Length];
            Tensor state = zeros([reverse ? sizes[^1] : sizes[0], weight.shape[1]], packed.dtype, packed.device);
            for (int i = 0; i < sizes.Length; i++)
            {
                int t = reverse ? sizes.Length - 1 - i : i;
                long more = sizes[t] - state.shape[0];
                if (more < 0) state = state.narrow(0, 0, sizes[t]);
                if (more > 0) state = cat([state, zeros([more, weight.shape[1]], packed.dtype, packed.device)], 0);
                outputs[t] = state = Next(each[t], state, weight, bias);
            }
            return cat(outputs, 0);
        }
    }

#if TORCH_SYSTEM
    private static unsafe Tensor Fused(Tensor inputs, Tensor weight, Tensor bias, long[] sizes, bool reverse)
    {
        fixed (long* counts = sizes)
            return new Tensor(Native.Check(Native.itc_gru(inputs.Handle, weight.Handle, bias.Handle, counts, sizes.Length, reverse ? 1 : 0), nameof(GruSteps)));
    }
#endif

    // n + z∘(h − n), with r, z and n as in the class GRU.
    private static Tensor Next(Tensor input, Tensor state, Tensor weight, Tensor bias)
    {
        Tensor[] own = input.chunk(3, 1), hidden = nn.functional.linear(state, weight, bias).chunk(3, 1);
        Tensor reset = hidden[0].add(own[0]).sigmoid_(), update = hidden[1].add(own[1]).sigmoid_();
        Tensor candidate = own[2].add(hidden[2].mul(reset)).tanh_();
        return (state - candidate).mul(update).add_(candidate);
    }
}
