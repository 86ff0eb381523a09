using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Autograd;

public sealed partial class FunctionTests
{
    [Fact]
    public void A_tensor_says_whether_it_was_made_in_inference_mode() => Live.Balanced(() =>
    {
        Tensor x = ones(2);
        using (inference_mode()) Assert.True((x * 2).is_inference);
        Assert.False((x * 2).is_inference);
    });
}
