using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

public sealed partial class BadInputTests
{
    [Fact]
    public void An_index_out_of_range_is_refused() => Live.Balanced(() =>
    {
        Tensor x = zeros(2, 3);
        Assert.ThrowsAny<ExternalException>(() => x[5]);
        Assert.ThrowsAny<ExternalException>(() => x.index_select(0, tensor(new long[] { 7 })));
        Assert.ThrowsAny<ExternalException>(() => x[tensor(new long[] { 7 })]);
        Assert.ThrowsAny<ExternalException>(() => x.gather(1, tensor(new long[,] { { 9 } })));
        Assert.ThrowsAny<ExternalException>(() => x.select(4, 0));
        Assert.True(Record.Exception(() => x.size(2)) is ArgumentOutOfRangeException or ExternalException);
    });

    [Fact]
    public void A_disposed_tensor_says_so_wherever_it_is_used() => Live.Balanced(() =>
    {
        Tensor gone = zeros(2), here = zeros(2);
        gone.Dispose();
        gone.Dispose();
        Assert.ThrowsAny<InvalidOperationException>(() => gone.shape);
        Assert.ThrowsAny<InvalidOperationException>(() => gone + here);
        Assert.ThrowsAny<InvalidOperationException>(() => here + gone);
        Assert.ThrowsAny<InvalidOperationException>(() => cat([here, gone]));
        Assert.ThrowsAny<InvalidOperationException>(() => gone.data<float>());
        Assert.ThrowsAny<InvalidOperationException>(() => gone.backward());
        Assert.ThrowsAny<InvalidOperationException>(() => here[gone]);
    });

    [Fact]
    public void Elements_of_the_wrong_type_are_refused() => Live.Balanced(() =>
    {
        Assert.Throws<ArgumentException>(() => zeros(2).data<long>());
        Assert.Throws<ArgumentException>(() => zeros(1).item<double>());
        Assert.True(Record.Exception(() => zeros(2).item<float>()) is ArgumentException or ExternalException);
        Assert.True(Record.Exception(() => zeros(2).ToSingle()) is ArgumentException or ExternalException);
        Assert.Throws<ArgumentException>(() => tensor(new float[5], [2, 3]));
    });

    [Fact]
    public void A_second_backward_through_a_freed_graph_is_refused() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true);
        Tensor loss = (x * x).sum();
        loss.backward();
        ExternalException error = Assert.ThrowsAny<ExternalException>(() => loss.backward());
        Assert.Contains("second time", error.Message);
    });

    [Fact]
    public void Backward_needs_a_scalar_and_a_graph() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true);
        Assert.ThrowsAny<ExternalException>(() => (x * 2).backward());
        Assert.ThrowsAny<ExternalException>(() => ones(1).backward());
    });

    [Fact]
    public void A_change_in_place_of_what_backward_needs_is_refused() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true);
        Tensor y = x.exp();
        Tensor loss = y.sum();
        using (no_grad()) y.add_(1);
        Assert.Contains("modified by an inplace operation", Assert.ThrowsAny<ExternalException>(() => loss.backward()).Message);
        Assert.ThrowsAny<ExternalException>(() => x.add_(1));
    });

    [Fact]
    public void Devices_that_are_not_there_are_refused() => Live.Balanced(() =>
    {
        Assert.Throws<ArgumentException>(() => device("gpu:0"));
        Assert.True(Record.Exception(() => device("cuda:x")) is ArgumentException or FormatException);
        if (!cuda.is_available()) Assert.True(Record.Exception(() => zeros(2).cuda()) is ExternalException or InvalidOperationException);
    });

    [Fact]
    public void A_string_of_any_length_and_a_long_list_reach_the_operator() => Live.Balanced(() =>
    {
        Tensor x = ones(2, 2);
        Assert.ThrowsAny<ExternalException>(() => einsum(new string('é', 5000), x));
        Assert.Equal([600L, 2], cat([.. Enumerable.Repeat(x, 300)]).shape);
        Assert.Equal(300, cat([.. Enumerable.Repeat(x, 150)]).split(1).Length);
    });
}
