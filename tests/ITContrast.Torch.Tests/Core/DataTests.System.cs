using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

public sealed partial class DataTests
{
    [Fact]
    public void A_span_writes_in_place() => Live.Balanced(() =>
    {
        Tensor x = zeros(2, 3);
        x.data<float>().AsSpan()[4] = 7;
        Assert.Equal([0f, 0, 0, 0, 7, 0], x.data<float>().ToArray());
    });
}
