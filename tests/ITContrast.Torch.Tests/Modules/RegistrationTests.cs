using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Modules;

public sealed class RegistrationTests
{
    [Fact]
    public void Fields_arrays_lists_and_dictionaries_of_modules_register_under_the_names_of_their_fields() => Live.Balanced(() =>
    {
        using var model = new Everything();
        Assert.Equal(
            ["scale", "own", "array.0.weight", "array.1.weight", "list.0.weight", "byName.left.weight", "Property.weight", "inherited.weight"],
            [.. model.named_parameters().Select(p => p.name).Order(Comparer<string>.Create((a, b) => Place(a) - Place(b)))]);
        Assert.Equal(["statistic"], model.named_buffers().Select(b => b.name));
        Assert.Equal(9, model.state_dict().Count);

        static int Place(string name) => Array.IndexOf(
            ["scale", "own", "array.0.weight", "array.1.weight", "list.0.weight", "byName.left.weight", "Property.weight", "inherited.weight"], name);
    });

    [Fact]
    public void A_shared_parameter_is_listed_once_and_saved_under_both_names() => Live.Balanced(() =>
    {
        using var first = nn.Linear(2, 3);
        var tied = new Tied(first);
        Assert.Equal(2, tied.parameters().Count());
        Assert.Equal(4, tied.state_dict().Count);
        tied.Dispose();
    });

    [Fact]
    public void Switching_to_evaluation_reaches_every_descendant()
    {
        using var model = new Everything();
        model.eval();
        Assert.All(model.modules(), m => Assert.False(m.training));
        model.train();
        Assert.All(model.modules(), m => Assert.True(m.training));
    }

    [Theory, InlineData(""), InlineData("a.b"), InlineData("0")]
    public void A_name_that_is_empty_dotted_or_taken_is_refused(string name)
    {
        using var list = nn.ModuleList(nn.Linear(1, 1));
        using var other = nn.Linear(1, 1);
        Assert.Throws<ArgumentException>(() => list.register_module(name, other));
    }

    [Fact]
    public void Casting_keeps_the_parameter_objects_and_their_gradients() => Live.Balanced(() =>
    {
        using var layer = nn.Linear(2, 1);
        var weight = layer.weight;
        layer.call(ones(1, 2)).sum().backward();
        layer.to(ScalarType.Float64);
        Assert.Same(weight, layer.weight);
        Assert.Equal(ScalarType.Float64, weight.dtype);
        Assert.Equal(ScalarType.Float64, weight.grad!.dtype);
        Assert.True(weight.requires_grad);
        layer.call(ones(1, 2, dtype: ScalarType.Float64)).sum().backward();
        Assert.Equal([2.0, 2.0], weight.grad!.data<double>().ToArray());
    });

    [Fact]
    public void Hooks_run_around_forward_until_they_are_removed() => Live.Balanced(() =>
    {
        using var layer = nn.Identity();
        var before = layer.register_forward_pre_hook((_, x) => x + 1);
        var after = layer.register_forward_hook((_, _, y) => y * 10);
        Assert.Equal(30f, layer.call(tensor(2f)).item<float>());
        before.remove();
        Assert.Equal(20f, layer.call(tensor(2f)).item<float>());
        after.remove();
        after.remove();
        Assert.Equal(2f, layer.call(tensor(2f)).item<float>());
    });

    private class Base : nn.Module<Tensor, Tensor>
    {
        private readonly Linear inherited = nn.Linear(1, 1, hasBias: false);

        protected Base() : base("base")
        {
        }

        public override Tensor forward(Tensor input) => inherited.call(input);
    }

    private sealed class Everything : Base
    {
        private readonly Parameter scale = new(ones(1));
        [ComponentName(Name = "own")] private readonly Parameter renamed = new(ones(1));
        private readonly Tensor statistic = zeros(1);
        private readonly Linear[] array = [nn.Linear(1, 1, hasBias: false), nn.Linear(1, 1, hasBias: false)];
        private readonly List<Linear> list = [nn.Linear(1, 1, hasBias: false)];
        private readonly Dictionary<string, Linear> byName = new() { ["left"] = nn.Linear(1, 1, hasBias: false) };

        public Everything() => RegisterComponents();

        private Linear Property { get; } = nn.Linear(1, 1, hasBias: false);

        public override Tensor forward(Tensor input) =>
            array[0].call(list[0].call(byName["left"].call(Property.call(input)))) * scale * renamed + statistic;
    }

    private sealed class Tied : nn.Module<Tensor, Tensor>
    {
        private readonly Linear one;
        private readonly Linear two;

        public Tied(Linear shared) : base("tied")
        {
            one = shared;
            two = nn.Linear(1, 1);
            register_module("one", one);
            register_module("again", shared);
            two.Dispose();
        }

        public override Tensor forward(Tensor input) => one.call(input);
    }
}
