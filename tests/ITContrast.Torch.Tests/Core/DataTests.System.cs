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

    [Fact]
    public void Elements_of_a_strided_tensor_are_a_copy_that_refuses_to_be_written() => Live.Balanced(() =>
    {
        Tensor x = zeros(2, 3);
        Assert.Throws<InvalidOperationException>(() => x.T.data<float>()[0, 0] = 1);
    });

    [Fact]
    public void Text_shows_shape_type_and_elements() => Live.Balanced(() =>
    {
        Assert.Equal("[2x2], type = Float32, device = cpu\n[[1 2.5]\n [3 4]]", tensor(new float[,] { { 1, 2.5f }, { 3, 4 } }).str());
        Assert.Equal("[], type = Bool, device = cpu, value = true", tensor(true).str());
        Assert.Contains("[0 1 2 ... 1997 1998 1999]", arange(2000).str());
        Assert.Equal("[0x3], type = Float32, device = cpu", zeros(0, 3).str());
    });
}
