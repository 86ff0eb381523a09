using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Optim;

/// <summary>What this layer refuses, and TorchSharp's packages accept.</summary>
public sealed partial class OptimizerStateTests
{
    [Fact]
    public void Another_optimizers_or_another_models_state_is_refused_and_nothing_changes() => Live.Balanced(() =>
    {
        using var model = Start();
        using var optimizer = Make("adamw", model);
        Steps(model, optimizer, 0, 2);
        optimizer.save_state_dict(Path);

        using var sgd = Make("sgd", model);
        Assert.Contains("AdamW", Assert.Throws<InvalidOperationException>(() => sgd.load_state_dict(Path)).Message);
        using var smaller = nn.Linear(3, 4);
        using var other = optim.AdamW(smaller.parameters());
        Assert.Contains("parameters", Assert.Throws<InvalidOperationException>(() => other.load_state_dict(Path)).Message);
        using var turned = nn.Linear(4, 3);
        using var misshapen = optim.AdamW(
            turned.parameters().Concat(turned.parameters().Take(0)).Concat([new Parameter(zeros(1)), new Parameter(zeros(1))]).Take(4));
        Assert.Contains("nothing was loaded", Assert.Throws<InvalidOperationException>(() => misshapen.load_state_dict(Path)).Message);
        Assert.Equal(1e-3, misshapen.ParamGroups.First().LearningRate);
    });

    [Fact]
    public void Options_out_of_range_and_a_parameter_named_twice_are_refused() => Live.Balanced(() =>
    {
        using var layer = nn.Linear(1, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => optim.AdamW(layer.parameters(), lr: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => optim.AdamW(layer.parameters(), beta2: 1));
        Assert.Throws<ArgumentException>(() => optim.SGD(layer.parameters(), 0.1, nesterov: true));
        Assert.Throws<ArgumentException>(() => optim.SGD([layer.weight, layer.weight], 0.1));
    });
}
