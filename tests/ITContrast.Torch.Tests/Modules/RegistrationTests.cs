using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Modules;

public sealed partial class RegistrationTests
{
    [Fact]
    public void Fields_of_a_class_and_of_its_bases_register_under_their_names() => Live.Balanced(() =>
    {
        using var model = new Plain();
        Assert.Equal(
            ["scale", "own", "<Property>k__BackingField.weight", "inherited.weight"],
            [.. model.named_parameters().Select(p => p.name).Order(Comparer<string>.Create((a, b) => Place(a) - Place(b)))]);
        Assert.Equal(["statistic"], model.named_buffers().Select(b => b.name));
        Assert.Equal(5, model.state_dict().Count);

        static int Place(string name) => Array.IndexOf(
            ["scale", "own", "<Property>k__BackingField.weight", "inherited.weight"], name);
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
        using var model = new Plain();
        model.eval();
        Assert.All(model.modules(), m => Assert.False(m.training));
        model.train();
        Assert.All(model.modules(), m => Assert.True(m.training));
    }

    [Theory, InlineData(""), InlineData("a.b")]
    public void A_name_that_is_empty_or_dotted_is_refused(string name)
    {
        using var tied = new Tied(nn.Linear(1, 1));
        using var other = nn.Linear(1, 1);
        Assert.Throws<ArgumentException>(() => tied.register_module(name, other));
    }

    [Fact]
    public void A_name_that_is_taken_is_refused()
    {
        using var tied = new Tied(nn.Linear(1, 1));
        using var other = nn.Linear(1, 1);
        Assert.Throws<InvalidOperationException>(() => tied.register_module("one", other));
    }

    [Fact]
    public void A_child_that_did_not_register_its_fields_is_registered_with_its_parent() => Live.Balanced(() =>
    {
        using var parent = new Parent(new Silent());
        Assert.Equal(["child.linear.weight"], parent.named_parameters().Select(p => p.name));
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

    private class Plain : Base
    {
        private readonly Parameter scale = new(ones(1));
        [ComponentName(Name = "own")] private readonly Parameter renamed = new(ones(1));
        private readonly Tensor statistic = zeros(1);

        public Plain() => RegisterComponents();

        private Linear Property { get; } = nn.Linear(1, 1, hasBias: false);

        public override Tensor forward(Tensor input) => Property.call(input) * scale * renamed + statistic;
    }

    private sealed class Silent() : nn.Module<Tensor, Tensor>(nameof(Silent))
    {
        private readonly Linear linear = nn.Linear(1, 1, hasBias: false);

        public override Tensor forward(Tensor input) => linear.call(input);
    }

    private sealed class Parent : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> held;

        public Parent(nn.Module<Tensor, Tensor> child) : base(nameof(Parent))
        {
            held = child;
            register_module("child", child);
        }

        public override Tensor forward(Tensor input) => held.call(input);
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
