using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

public sealed partial class DisposedTests
{
    // TorchSharp reads the freed generator.
    [Fact]
    public void A_disposed_generator_says_so() => Live.Balanced(() =>
    {
        Generator generator = new(1);
        generator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => rand(2, generator: generator));
    });
}
