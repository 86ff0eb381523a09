using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Optim;

public sealed partial class ClipTests
{
    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_is_reported_where_asked(float bad) => Live.Balanced(() =>
    {
        using var a = WithGradient([1, 2]);
        using var b = WithGradient([bad, 0]);
        var error = Assert.Throws<InvalidOperationException>(() => nn.utils.clip_grad_norm_([a, b], 1, 2, error_if_nonfinite: true));
        Assert.Contains("None was scaled", error.Message);
        Assert.Equal([1f, 2f], a.grad!.data<float>().ToArray());
    });

    [Fact]
    public void A_bound_that_is_no_number_is_refused() => Live.Balanced(() =>
    {
        using var some = WithGradient([3, 4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => nn.utils.clip_grad_norm_([some], double.NaN));
    });
}
