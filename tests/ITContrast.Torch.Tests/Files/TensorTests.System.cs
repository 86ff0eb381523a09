using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Files;

public sealed partial class TensorTests
{
    // TorchSharp's packages cannot wrap foreign memory with an owner: under them the bytes are copied.
    [Fact]
    public void The_mapping_goes_with_its_last_tensor()
    {
        string path = folder.File("a.npy");
        NpyFile.Write(path, new float[1 << 16], 1 << 16);
        using (NpyFile file = NpyFile.Open(path))
        using (Tensor mapped = file.View.ToTensor())
        using (Tensor view = mapped.narrow(0, 10, 5))
        using (Tensor sum = view.sum())
        {
            file.Dispose();
            mapped.Dispose();
            Assert.Contains(path, File.ReadAllText("/proc/self/maps"));
            Assert.Equal(0, view.data<float>().ToArray()[4] + sum.item<float>());
        }
        Assert.DoesNotContain(path, File.ReadAllText("/proc/self/maps"));
    }
}
