using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

public sealed class BadInputTests
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

    [Fact]
    public void An_index_out_of_range_is_refused() => Live.Balanced(() =>
    {
        Tensor x = zeros(2, 3);
        Assert.Throws<TorchException>(() => x[5]);
        Assert.Throws<TorchException>(() => x.index_select(0, tensor(new long[] { 7 })));
        Assert.Throws<TorchException>(() => x[tensor(new long[] { 7 })]);
        Assert.Throws<TorchException>(() => x.gather(1, tensor(new long[,] { { 9 } })));
        Assert.Throws<TorchException>(() => x.select(4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.size(2));
    });

    [Fact]
    public void A_disposed_tensor_says_so_wherever_it_is_used() => Live.Balanced(() =>
    {
        Tensor gone = zeros(2), here = zeros(2);
        gone.Dispose();
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gone.shape);
        Assert.Throws<ObjectDisposedException>(() => gone + here);
        Assert.Throws<ObjectDisposedException>(() => here + gone);
        Assert.Throws<ObjectDisposedException>(() => cat([here, gone]));
        Assert.Throws<ObjectDisposedException>(() => gone.data<float>());
        Assert.Throws<ObjectDisposedException>(() => gone.backward());
        Assert.Throws<ObjectDisposedException>(() => here[gone]);
        Assert.Equal("[disposed]", gone.ToString());
    });

    [Fact]
    public void Elements_of_the_wrong_type_are_refused() => Live.Balanced(() =>
    {
        Assert.Contains("Float32, not Int64", Assert.Throws<ArgumentException>(() => zeros(2).data<long>()).Message);
        Assert.Throws<ArgumentException>(() => zeros(1).item<double>());
        Assert.Throws<ArgumentException>(() => zeros(2).item<float>());
        Assert.Throws<ArgumentException>(() => zeros(2).ToSingle());
        Assert.Throws<ArgumentException>(() => tensor(new float[5], [2, 3]));
    });

    [Fact]
    public void A_second_backward_through_a_freed_graph_is_refused() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true);
        Tensor loss = (x * x).sum();
        loss.backward();
        TorchException error = Assert.Throws<TorchException>(() => loss.backward());
        Assert.Contains("second time", error.Message);
    });

    [Fact]
    public void Backward_needs_a_scalar_and_a_graph() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true);
        Assert.Throws<TorchException>(() => (x * 2).backward());
        Assert.Throws<TorchException>(() => ones(1).backward());
        Assert.Throws<TorchException>(() => autograd.grad([(x * 2).sum()], [ones(2, requires_grad: true)]));
    });

    [Fact]
    public void A_change_in_place_of_what_backward_needs_is_refused() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true);
        Tensor y = x.exp();
        Tensor loss = y.sum();
        using (no_grad()) y.add_(1);
        Assert.Contains("modified by an inplace operation", Assert.Throws<TorchException>(() => loss.backward()).Message);
        Assert.Throws<TorchException>(() => x.add_(1));
    });

    [Fact]
    public void Devices_that_are_not_there_are_refused() => Live.Balanced(() =>
    {
        Assert.Throws<ArgumentException>(() => device("gpu:0"));
        Assert.Throws<ArgumentException>(() => device("cuda:x"));
        if (!cuda.is_available()) Assert.Throws<TorchException>(() => zeros(2).cuda());
    });

    [Fact]
    public void A_string_of_any_length_and_a_long_list_reach_the_operator() => Live.Balanced(() =>
    {
        Tensor x = ones(2, 2);
        Assert.Throws<TorchException>(() => einsum(new string('é', 5000), x));
        Assert.Equal([600L, 2], cat([.. Enumerable.Repeat(x, 300)]).shape);
        Assert.Equal(300, cat([.. Enumerable.Repeat(x, 150)]).split(1).Length);
    });
}
