using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Optim;

public sealed partial class FusedStepTests
{
    [Fact]
    public void The_kernel_is_refused_what_it_would_misread() => Live.Balanced(() =>
    {
        Tensor x = zeros(2, 3), other = zeros(2, 3, ScalarType.Float64);
        var kernel = OptionalOperators.FusedAdamW;
        Assert.Equal(kernel.RunsOn(DeviceType.CPU), FusedSteps.Takes(kernel, [x], [x]));
        Assert.False(FusedSteps.Takes(kernel, [x], [zeros(3, 2).t()]));
        Assert.False(FusedSteps.Takes(kernel, [x.t()], [x]));
        Assert.False(FusedSteps.Takes(kernel, [x, other], [x, other]));
        Assert.False(FusedSteps.Takes(kernel, [zeros(2, ScalarType.Int64)], [zeros(2, ScalarType.Int64)]));
    });
}
