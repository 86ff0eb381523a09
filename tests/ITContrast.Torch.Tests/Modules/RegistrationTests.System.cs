using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Modules;

/// <summary>Collections of modules, which TorchSharp registers in its own list types only.</summary>
public sealed partial class RegistrationTests
{
    [Fact]
    public void Arrays_lists_and_dictionaries_of_modules_register_under_the_names_of_their_fields() => Live.Balanced(() =>
    {
        using var model = new Everything();
        Assert.Equal(
            ["array.0.weight", "array.1.weight", "list.0.weight", "byName.left.weight"],
            model.named_parameters().Select(p => p.name).Where(n => n.Count(c => c == '.') > 1));
        Assert.Equal(9, model.state_dict().Count);
    });

    // TorchSharp puts new parameters in their places: an optimiser is made after the model was cast or moved.
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

    private sealed class Everything : Plain
    {
        private readonly Linear[] array = [nn.Linear(1, 1, hasBias: false), nn.Linear(1, 1, hasBias: false)];
        private readonly List<Linear> list = [nn.Linear(1, 1, hasBias: false)];
        private readonly Dictionary<string, Linear> byName = new() { ["left"] = nn.Linear(1, 1, hasBias: false) };

        public override Tensor forward(Tensor input) => array[0].call(list[0].call(byName["left"].call(base.forward(input))));
    }
}
