using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// A part of a graph whose backward pass runs on a second thread, beside that of whatever was computed since the part was announced.
/// <code>
///   later = Before(part, x);  a = …;  y = later.Run(f);  loss(a, y)        y = f(x; θ)
///   backward    ∂L/∂y, then ∂L/∂x and ∂L/∂θ on the second thread and a's own gradients on the caller's; both are waited for where Before stands
/// </code>
/// A backward pass takes what was recorded last first, so all between the two lines comes between the part's beginning and the wait for it. Sums are taken
/// in one order whoever is quicker: the same bits on one core. On a GPU, and without gradients, the part is computed as if it had not been announced.
/// </summary>
public sealed class SideGradient
{
    private readonly Part part;
    private readonly Tensor? announced;

    private SideGradient(Part part)
    {
        this.part = part;
        // A device's operators are queued, not waited for: its engine has no use for a second thread.
        bool onHost = part.Inputs.Concat(part.Parameters).All(x => x.device_type == DeviceType.CPU);
        announced = is_grad_enabled() && onHost ? Wait.apply([part, .. part.Inputs, .. part.Parameters]) : null;
    }

    /// <summary>Announces a part.</summary>
    /// <param name="module">Holds every parameter that the part uses.</param>
    /// <param name="inputs">What else it reads; inputs with gradients get them.</param>
    public static SideGradient Before(nn.Module module, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Before(module.parameters(), inputs);
    }

    /// <summary>Announces a part of a module.</summary>
    /// <param name="parameters">Every parameter that the part uses.</param>
    /// <param name="inputs">What else it reads; inputs with gradients get them.</param>
    internal static SideGradient Before(IEnumerable<Parameter> parameters, params Tensor[] inputs) => new(new(inputs, [.. parameters.Where(p => p.requires_grad)]));

    /// <summary>Computes the part, once and here.</summary>
    /// <param name="forward">A function of the announced inputs and the module alone.</param>
    /// <returns>What <paramref name="forward"/> returned.</returns>
    public Tensor Run(Func<IReadOnlyList<Tensor>, Tensor> forward)
    {
        ArgumentNullException.ThrowIfNull(forward);
        return announced is null ? forward(part.Inputs) : Begin.apply(part, announced, forward);
    }

    private sealed class Part(Tensor[] inputs, Parameter[] parameters)
    {
        private readonly bool[] wanted = [.. inputs.Select(x => x.requires_grad)];
        private SideTask<Gradients>? task;

        public Tensor[] Inputs => inputs;

        public Parameter[] Parameters => parameters;

        // The value as the rest of the graph sees it, and what the part's own graph hangs on: the value and the inputs that it was computed from.
        public (Tensor Seen, List<Tensor> Kept) Forward(Func<IReadOnlyList<Tensor>, Tensor> forward)
        {
            using var guard = enable_grad();
            Tensor[] leaves = [.. inputs.Zip(wanted, (x, w) => x.detach().requires_grad_(w))];
            var value = forward(leaves);
            return (value.detach(), [value, .. leaves]);
        }

        public void Begin(List<Tensor> kept, Tensor gradient)
        {
            Tensor given = gradient.alias().DetachFromDisposeScope(), value = kept[0].DetachFromDisposeScope();
            Tensor[] leaves = [.. kept.Skip(1).Where((_, i) => wanted[i]).Select(x => x.DetachFromDisposeScope())];
            task = new(() =>
            {
                try
                {
                    var found = autograd.grad([value], [.. leaves, .. parameters], [given], allow_unused: true);
                    return new([.. found.Select(g => g is { IsInvalid: false } ? g.DetachFromDisposeScope() : null)]);
                }
                finally
                {
                    foreach (var tensor in leaves.Append(value).Append(given)) tensor.Dispose();
                }
            });
        }

        public List<Tensor> End()
        {
            using var ended = task!;
            using var found = ended.Result;
            Queue<Tensor> each = new(found.Each.Select(g => g?.alias()!));
            return [.. wanted.Select(w => w ? each.Dequeue() : null!), .. each];
        }
    }

    private sealed record Gradients(Tensor?[] Each) : IDisposable
    {
        public void Dispose()
        {
            foreach (var gradient in Each) gradient?.Dispose();
        }
    }

    // The earlier node: of everything since, its backward pass comes last.
    private sealed class Wait : autograd.SingleTensorFunction<Wait>
    {
        public override string Name => nameof(SideGradient);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("part", vars[0]);
            return zeros(1);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [null!, .. ((Part)ctx.get_data("part")).End()];
    }

    private sealed class Begin : autograd.SingleTensorFunction<Begin>
    {
        public override string Name => nameof(SideGradient);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("part", vars[0]);
            var (seen, kept) = ((Part)vars[0]).Forward((Func<IReadOnlyList<Tensor>, Tensor>)vars[2]);
            ctx.save_for_backward(kept);
            return seen;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Part)ctx.get_data("part")).Begin(ctx.get_saved_variables(), grad_output);
            return [null!, zeros(1), null!];
        }
    }
}
