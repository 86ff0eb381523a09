using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

/// <summary>What this layer adds to libtorch's message: the operator, and names, shapes and types of what it was given.</summary>
public sealed partial class BadInputTests
{
    [Fact]
    public void Wrong_shapes_name_the_operator_and_the_shapes() => Live.Balanced(() =>
    {
        TorchException error = Assert.Throws<TorchException>(() => zeros(2, 3).mm(zeros(2, 3)));
        Assert.Equal("aten::mm", error.Operation);
        Assert.Contains("self [2, 3] Float32", error.Message);
        Assert.Contains("mat2 [2, 3] Float32", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    });

    [Fact]
    public void Wrong_dtypes_are_refused() => Live.Balanced(() =>
        Assert.Contains("Int64", Assert.Throws<TorchException>(() => zeros(2, 3).mm(zeros(3, 2, ScalarType.Int64))).Message));

    [Fact]
    public void A_list_of_tensors_is_named_in_the_error() => Live.Balanced(() =>
        Assert.Contains("[[2, 3] Float32, [4, 5] Float32]", Assert.Throws<TorchException>(() => cat([zeros(2, 3), zeros(4, 5)])).Message));

    // TorchSharp lets libtorch's exception leave its native library, which ends the process.
    [Fact]
    public void A_gradient_of_what_the_value_does_not_depend_on_is_refused() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true);
        Assert.Throws<TorchException>(() => autograd.grad([(x * 2).sum()], [ones(2, requires_grad: true)]));
    });

    [Fact]
    public void A_disposed_tensor_and_a_wrong_element_type_are_named() => Live.Balanced(() =>
    {
        Tensor x = zeros(2);
        Assert.Contains("Float32, not Int64", Assert.Throws<ArgumentException>(() => x.data<long>()).Message);
        x.Dispose();
        Assert.Equal("[disposed]", x.ToString());
        Assert.Throws<ObjectDisposedException>(() => x.shape);
    });
}
