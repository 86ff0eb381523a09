using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Gradient checkpointing: a part of a model is computed without keeping what its backward pass needs, and computed again when that comes.
/// <code>
///   forward    y = f(x; θ), keeping x alone
///   backward   y' = f(x; θ) once more with the same draws, then ∂L/∂x and ∂L/∂θ from ∂L/∂y
/// </code>
/// Memory of one part at a time for one more forward pass. Streamed layers draw the same numbers again and autocast is what it was, so the gradients are
/// those of the plain pass, bit for bit. Batch normalisation moves its running statistics twice.
/// Source: Chen et al., "Training deep nets with sublinear memory cost" (2016) [V].
/// </summary>
public static class Recomputed
{
    /// <summary>Runs a part of a model.</summary>
    /// <param name="module">Holds every parameter and streamed layer that <paramref name="forward"/> uses.</param>
    /// <param name="forward">A function of the inputs and the module alone; it is called twice.</param>
    /// <param name="inputs">What it reads; inputs with gradients get them.</param>
    /// <returns>What <paramref name="forward"/> returned.</returns>
    public static Tensor Run(nn.Module module, Func<IReadOnlyList<Tensor>, Tensor> forward, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(forward);
        if (!is_grad_enabled()) return forward(inputs);
        Parameter[] parameters = [.. module.parameters().Where(p => p.requires_grad)];
        return Function.apply([new Part(module, forward, inputs.Length, parameters), .. inputs, .. parameters]);
    }

    private sealed record Part(nn.Module Module, Func<IReadOnlyList<Tensor>, Tensor> Forward, int Inputs, Parameter[] Parameters)
    {
        public StreamPositions? Streams { get; set; }

        public ScalarType? Narrow { get; set; }

        public DeviceType Device { get; set; }

        // Without the cache: a cast copy that was made without gradients must not be met where they are wanted.
        public IDisposable? Precision() => Narrow is { } type ? new Autocast(Device, type, cache: false) : null;
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(Recomputed);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            Part part = (Part)vars[0];
            List<Tensor> inputs = [.. vars.Skip(1).Take(part.Inputs).Cast<Tensor>()];
            (part.Streams, part.Device) = (new(part.Module), inputs.FirstOrDefault()?.device_type ?? DeviceType.CPU);
            part.Narrow = part.Device is DeviceType.CPU or DeviceType.CUDA ? Autocast.TypeInUse(part.Device) : null;
            ctx.save_for_backward(inputs);
            ctx.save_data("part", part);
            using IDisposable? precision = part.Precision();
            return part.Forward(inputs);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            Part part = (Part)ctx.get_data("part");
            List<Tensor> saved = ctx.get_saved_variables();
            Tensor[] leaves = [.. saved.Select(t => t.requires_grad ? t.detach().requires_grad_() : t.detach())];
            using IDisposable gradients = enable_grad();
            Tensor output;
            using (part.Streams!.Replay())
            using (part.Precision())
                output = part.Forward(leaves);
            Tensor[] wanted = [.. leaves.Where(t => t.requires_grad), .. part.Parameters];
            // What the value does not depend on: null here, an empty tensor with TorchSharp's packages, which refuse it in what a function returns.
            Queue<Tensor> found = new(autograd.grad([output], wanted, [grad_output], allow_unused: true).Select(g => g is { IsInvalid: false } ? g : null!));
            List<Tensor> result = [null!, .. leaves.Select(t => t.requires_grad ? found.Dequeue() : null!)];
            result.AddRange(found);
            return result;
        }
    }
}
