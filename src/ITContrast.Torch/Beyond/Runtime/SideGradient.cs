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
        return new(new(inputs, [.. module.parameters().Where(p => p.requires_grad)]));
    }

    /// <summary>Computes the part, once and here; its graph lives until the caller's scope ends.</summary>
    /// <param name="forward">A function of the announced inputs and the module alone.</param>
    /// <returns>What <paramref name="forward"/> returned.</returns>
    public Tensor Run(Func<IReadOnlyList<Tensor>, Tensor> forward)
    {
        ArgumentNullException.ThrowIfNull(forward);
        return announced is null ? forward(part.Inputs) : Begin.apply(part, announced, forward);
    }

    private sealed class Part(Tensor[] inputs, Parameter[] parameters)
    {
        private SideTask<Gradients>? task;
        private Tensor[] leaves = [];
        private Tensor? value;

        public Tensor[] Inputs => inputs;

        public Parameter[] Parameters => parameters;

        public Tensor Forward(Func<IReadOnlyList<Tensor>, Tensor> forward)
        {
            using var guard = enable_grad();
            leaves = [.. inputs.Select(x => x.detach().requires_grad_(x.requires_grad))];
            value = forward(leaves);
            return value.detach();
        }

        public void Begin(Tensor gradient)
        {
            var given = gradient.alias().DetachFromDisposeScope();
            Tensor[] wanted = [.. leaves.Where(x => x.requires_grad), .. parameters];
            task = new(() =>
            {
                using (given)
                {
                    var found = autograd.grad([value!], wanted, [given], allow_unused: true);
                    return new([.. found.Select(g => g is { IsInvalid: false } ? g.DetachFromDisposeScope() : null)]);
                }
            });
        }

        public List<Tensor> End()
        {
            using var ended = task!;
            using var found = ended.Result;
            Queue<Tensor> each = new(found.Each.Select(g => g?.alias()!));
            return [.. leaves.Select(x => x.requires_grad ? each.Dequeue() : null!), .. each];
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
            return ((Part)vars[0]).Forward((Func<IReadOnlyList<Tensor>, Tensor>)vars[2]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Part)ctx.get_data("part")).Begin(grad_output);
            return [null!, zeros(1), null!];
        }
    }
}
