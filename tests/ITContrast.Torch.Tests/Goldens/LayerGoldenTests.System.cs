using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Goldens;

public sealed partial class LayerGoldenTests
{
    // A momentum of null, the mean over all batches, is PyTorch's; TorchSharp has no such argument.
    static partial void AddOwn(Dictionary<string, Func<nn.Module<Tensor, Tensor>>> layers) =>
        layers["batch_norm_1d_sequence"] = () => nn.BatchNorm1d(4, momentum: null);
}
