using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Modules;

/// <summary>
/// PyTorch's meaning of three functions that TorchSharp 0.107 has under their names only: a uniform draw, another distribution, another error.
/// </summary>
public sealed partial class InitTests
{
    [Fact]
    public void Normal_start_values_have_the_spread_and_the_bounds_that_were_asked_for() => Live.Balanced(() =>
    {
        manual_seed(1);
        var weight = empty(200, 300);
        Assert.Equal(Math.Sqrt(2.0 / 500), nn.init.xavier_normal_(weight).std().item<float>(), 0.002);
        nn.init.trunc_normal_(weight, 1, 2, 0, 2);
        Assert.InRange(weight.min().item<float>(), 0, 0.01);
        Assert.InRange(weight.max().item<float>(), 1.99, 2);
    });

    [Fact]
    public void A_vector_has_no_fans() => Live.Balanced(() =>
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => nn.init.xavier_uniform_(zeros(3))).Message));
}
