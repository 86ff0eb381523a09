using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

public sealed partial class BadInputTests
{
    [Fact]
    public void An_index_out_of_range_is_refused() => Live.Balanced(() =>
    {
        Tensor x = zeros(2, 3);
        Assert.Throws<OperatorRefused>(() => x[5]);
        Assert.Throws<OperatorRefused>(() => x.index_select(0, tensor(new long[] { 7 })));
        Assert.Throws<OperatorRefused>(() => x[tensor(new long[] { 7 })]);
        Assert.Throws<OperatorRefused>(() => x.gather(1, tensor(new long[,] { { 9 } })));
        Assert.Throws<OperatorRefused>(() => x.select(4, 0));
        Assert.Throws<NoSuchDimension>(() => x.size(2));
    });

    [Fact]
    public void A_disposed_tensor_says_so_wherever_it_is_used() => Live.Balanced(() =>
    {
        Tensor gone = zeros(2), here = zeros(2);
        gone.Dispose();
        gone.Dispose();
        Assert.Throws<Disposed>(() => gone.shape);
        Assert.Throws<Disposed>(() => gone + here);
        Assert.Throws<Disposed>(() => here + gone);
        Assert.Throws<Disposed>(() => cat([here, gone]));
        Assert.Throws<Disposed>(() => gone.data<float>());
        Assert.Throws<Disposed>(() => gone.backward());
        Assert.Throws<Disposed>(() => here[gone]);
    });

    [Fact]
    public void Elements_of_the_wrong_type_are_refused() => Live.Balanced(() =>
    {
        Assert.Throws<ArgumentException>(() => zeros(2).data<long>());
        Assert.Throws<ArgumentException>(() => zeros(1).item<double>());
        Assert.Throws<ArgumentException>(() => zeros(2).item<float>());
        Assert.Throws<NotAScalar>(() => zeros(2).ToSingle());
        Assert.Throws<ArgumentException>(() => tensor(new float[5], [2, 3]));
    });

    [Fact]
    public void A_second_backward_through_a_freed_graph_is_refused() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true);
        Tensor loss = (x * x).sum();
        loss.backward();
        OperatorRefused error = Assert.Throws<OperatorRefused>(() => loss.backward());
        Assert.Contains("second time", error.Message);
    });

    [Fact]
    public void Backward_needs_a_scalar_and_a_graph() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true);
        Assert.Throws<OperatorRefused>(() => (x * 2).backward());
        Assert.Throws<OperatorRefused>(() => ones(1).backward());
    });

    [Fact]
    public void A_change_in_place_of_what_backward_needs_is_refused() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true);
        Tensor y = x.exp();
        Tensor loss = y.sum();
        using (no_grad()) y.add_(1);
        Assert.Contains("modified by an inplace operation", Assert.Throws<OperatorRefused>(() => loss.backward()).Message);
        Assert.Throws<OperatorRefused>(() => x.add_(1));
    });

    [Fact]
    public void Devices_that_are_not_there_are_refused() => Live.Balanced(() =>
    {
        Assert.Throws<ArgumentException>(() => device("gpu:0"));
        Assert.Throws<NotADevice>(() => device("cuda:x"));
        if (!cuda.is_available()) Assert.Throws<DeviceAbsent>(() => zeros(2).cuda());
    });

    [Fact]
    public void A_string_of_any_length_and_a_long_list_reach_the_operator() => Live.Balanced(() =>
    {
        Tensor x = ones(2, 2);
        Assert.Throws<OperatorRefused>(() => einsum(new string('é', 5000), x));
        Assert.Equal([600L, 2], cat([.. Enumerable.Repeat(x, 300)]).shape);
        Assert.Equal(300, cat([.. Enumerable.Repeat(x, 150)]).split(1).Length);
    });
}
