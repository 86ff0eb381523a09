using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Runtime;

public sealed class SideGradientTests
{
    // Two maps of one input: the one announced has its gradients found beside the other's, and all are those of the plain graph.
    [Fact]
    public void Gradients_are_those_of_the_plain_graph_bit_for_bit() => Live.Balanced(() =>
    {
        using var generator = new Generator(3);
        using Linear first = Layer(generator), second = Layer(generator);
        Tensor input = randn(7, 5, generator: generator).requires_grad_(), other = randn(7, 5, generator: generator);
        Tensor[] all = [input, .. first.parameters(), .. second.parameters()];

        var value = Value(second.call(input * 2), first.call(input).tanh());
        value.backward();
        Tensor[] plain = Take(all);
        var announced = SideGradient.Before(second, input * 2, other);
        var here = first.call(input).tanh();
        var found = Value(announced.Run(x => second.call(x[0]) + x[1] * 0), here);
        found.backward();
        Tensor[] beside = Take(all);

        Assert.Equal(value.item<float>(), found.item<float>());
        foreach (var (x, y) in plain.Zip(beside)) Assert.Equal(x.data<float>().ToArray(), y.data<float>().ToArray());
        Assert.True(other.grad is null);
        static Tensor Value(Tensor a, Tensor b) => (a * b).square().sum();
    });

    [Fact]
    public void The_part_runs_on_another_thread_while_the_caller_is_in_what_was_computed_since() => Live.Balanced(() =>
    {
        Tensor input = ones(3, requires_grad: true);
        using ManualResetEventSlim onCaller = new(), beginning = new();
        using var nothing = nn.Identity();
        int caller = Environment.CurrentManagedThreadId, beside = 0;

        var announced = SideGradient.Before(nothing, input);
        // Each waits for the other: one after the other, they would never end.
        var here = Watched.apply(input * 3, () =>
        {
            Assert.True(beginning.Wait(TimeSpan.FromMinutes(1)), "the part did not begin meanwhile");
            onCaller.Set();
        });
        var part = announced.Run(x => Watched.apply(x[0] * 2, () =>
        {
            beside = Environment.CurrentManagedThreadId;
            beginning.Set();
            Assert.True(onCaller.Wait(TimeSpan.FromMinutes(1)), "the caller waited for the part");
        }));
        (here + part).sum().backward();
        Assert.NotEqual(caller, beside);
        Assert.Equal([5f, 5f, 5f], input.grad!.data<float>().ToArray());
    });

    [Fact]
    public void The_graph_of_a_part_outlives_the_scope_that_it_was_computed_in() => Live.Balanced(() =>
    {
        using var layer = nn.Linear(3, 2);
        Tensor input = ones(4, 3, requires_grad: true), value;
        using (var scope = NewDisposeScope()) value = SideGradient.Before(layer, input).Run(x => layer.call(x[0]).tanh()).MoveToOuterDisposeScope();
        value.sum().backward();
        Tensor found = input.grad!.clone(), plain = ones(4, 3, requires_grad: true);
        layer.call(plain).tanh().sum().backward();
        Assert.Equal(plain.grad!.data<float>().ToArray(), found.data<float>().ToArray());
    });

    [Fact]
    public void A_failure_of_the_part_comes_out_of_the_backward_pass() => Live.Balanced(() =>
    {
        Tensor input = ones(3, requires_grad: true);
        using var nothing = nn.Identity();
        var announced = SideGradient.Before(nothing, input);
        var value = announced.Run(x => Watched.apply(x[0], () => throw new InvalidDataException("no gradient today"))).sum();
        Assert.Contains("no gradient today", Assert.ThrowsAny<Exception>(() => value.backward()).ToString());
    });

    [Fact]
    public void A_part_whose_value_is_not_used_and_one_without_gradients_cost_nothing() => Live.Balanced(() =>
    {
        using var layer = nn.Linear(2, 2);
        Tensor input = ones(1, 2, requires_grad: true);
        var unused = SideGradient.Before(layer, input);
        _ = unused.Run(x => layer.call(x[0]));
        (input * 2).sum().backward();
        Assert.Equal([2f, 2f], input.grad!.data<float>().ToArray());
        Assert.All(layer.parameters(), p => Assert.True(p.grad is null));
        using var guard = no_grad();
        Assert.False(SideGradient.Before(layer, input).Run(x => layer.call(x[0])).requires_grad);
    });

    private static Linear Layer(Generator generator)
    {
        var layer = nn.Linear(5, 5);
        using var guard = no_grad();
        foreach (var parameter in layer.parameters()) parameter.copy_(randn(parameter.shape, generator: generator));
        return layer;
    }

    private static Tensor[] Take(Tensor[] all)
    {
        Tensor[] gradients = [.. all.Select(x => x.grad!.clone())];
        foreach (var x in all) x.grad!.zero_();
        return gradients;
    }

    /// <summary>The identity, which calls back in its backward pass.</summary>
    private sealed class Watched : autograd.SingleTensorFunction<Watched>
    {
        public override string Name => nameof(Watched);

        public static Tensor apply(Tensor x, Action called) => autograd.SingleTensorFunction<Watched>.apply(x, called);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("called", vars[1]);
            return ((Tensor)vars[0]).clone();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Action)ctx.get_data("called"))();
            return [grad_output.clone(), null!];
        }
    }
}
