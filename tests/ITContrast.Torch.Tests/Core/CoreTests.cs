using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

public sealed class CoreTests
{
    [Fact]
    public void A_product_and_its_gradient_are_the_closed_form()
    {
        long before = Live.Count();
        using (NewDisposeScope())
        {
            Tensor a = tensor(new float[,] { { 1, 2 }, { 3, 4 } }, requires_grad: true);
            Tensor b = tensor(new float[,] { { 5, 6 }, { 7, 8 } });
            Tensor c = a.matmul(b);
            Assert.Equal([19f, 22, 43, 50], c.data<float>().ToArray());
            c.sum().backward();
            Assert.Equal([11f, 15, 11, 15], a.grad!.data<float>().ToArray());
            Assert.Equal([1f, 3, 2, 4], einsum("ab->ba", a).contiguous().data<float>().ToArray());
            Assert.Equal([19f, 22, 43, 50], c[TensorIndex.Colon, ..2].data<float>().ToArray());
            Assert.Equal(50f, c[1, 1].item<float>());
            Assert.Equal([22f, 50], c[.., 1].data<float>().ToArray());
            c.detach()[0, 0] = tensor(9f);
            Assert.Equal(9f, c[0, 0].ToSingle());
            Assert.Equal([2, 2], a.split(1).Select(t => (int)t.numel()));
        }
        Assert.Equal(before, Tensor.TotalCount);
    }
}
