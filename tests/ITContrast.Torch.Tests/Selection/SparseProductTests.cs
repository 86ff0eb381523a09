using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Selection;

public sealed class SparseProductTests
{
    // Rows and columns without any entry, and one that is full, beside sparse ones.
    [Theory, InlineData(ScalarType.Float32, 2e-6), InlineData(ScalarType.Float64, 1e-14)]
    public void It_is_the_product_in_value_and_gradient(ScalarType type, double tolerance) => Live.Balanced(() =>
    {
        using var random = new Generator(3, CPU);
        Tensor sparse = randn([7, 9], type, generator: random);
        sparse.masked_fill_(rand([7, 9], generator: random) < 0.8, 0);
        sparse[2].fill_(1);
        sparse[4].fill_(0);
        sparse.narrow(1, 5, 1).fill_(0);
        Tensor some = randn([9, 33], type, generator: random).requires_grad_(), same = some.detach().clone().requires_grad_();
        Tensor pull = randn([7, 33], type, generator: random);

        Tensor found = SparseProduct.Of(sparse, some), expected = sparse.matmul(same);
        (found * pull).sum().backward();
        (expected * pull).sum().backward();
        Live.Close(expected, found, tolerance, "values");
        Live.Close(same.grad!, some.grad!, tolerance, "gradient");
    });

    [Fact]
    public void Rows_that_do_not_fit_are_refused() => Live.Balanced(() => Assert.ThrowsAny<OperatorRefused>(() => SparseProduct.Of(eye(3), ones(4, 2))));

    // Transposed ones too, where nobody asks for a gradient.
    [Fact]
    public void Views_are_read_as_they_lie() => Live.Balanced(() =>
    {
        Tensor sparse = diag(tensor(new[] { 2f, 0, 3 })), dense = arange(6, ScalarType.Float32).view(2, 3).T;
        Assert.Equal([0, 6, 0, 0, 6, 15], SparseProduct.Of(sparse.T, dense).data<float>().ToArray());
    });
}
