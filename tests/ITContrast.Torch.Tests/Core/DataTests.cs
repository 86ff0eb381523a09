using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

public sealed partial class DataTests
{
    [Fact]
    public void Elements_are_read_and_written_in_place() => Live.Balanced(() =>
    {
        Tensor x = zeros(2, 3);
        x.data<float>()[1, 2] = 5;
        x.data<float>()[0, 0] = 7;
        Assert.Equal([7f, 0, 0, 0, 0, 5], x.data<float>().ToArray());
        Assert.Equal(5f, ((float[,])x.data<float>().ToNDArray())[1, 2]);
        Assert.Equal(24, x.bytes.Length);
        Assert.Throws<IndexOutOfRangeException>(() => x.data<float>()[2, 0]);
        Assert.Equal([7f, 0, 0, 0, 0, 5], x.T.data<float>().ToArray().Select((_, i) => x.T.data<float>()[i % 3, i / 3]).ToArray());
    });

    [Fact]
    public void Every_element_type_goes_in_and_comes_out() => Live.Balanced(() =>
    {
        Check<float>([1.5f, -2], ScalarType.Float32);
        Check<double>([1.5, -2], ScalarType.Float64);
        Check<long>([1, -2], ScalarType.Int64);
        Check<int>([1, -2], ScalarType.Int32);
        Check<short>([1, -2], ScalarType.Int16);
        Check<sbyte>([1, -2], ScalarType.Int8);
        Check<byte>([1, 200], ScalarType.Byte);
        Check<bool>([true, false], ScalarType.Bool);
        Check<Half>([(Half)1.5, (Half)(-2)], ScalarType.Float16);

        static void Check<T>(T[] values, ScalarType type) where T : unmanaged
        {
            Tensor t = from_array(values);
            Assert.Equal(type, t.dtype);
            Assert.Equal(values, t.data<T>().ToArray());
            Assert.Equal(values[1], t[1].item<T>());
            Assert.Equal(type.ElementSize(), t.ElementSize);
        }
    });

    [Fact]
    public void A_buffer_is_shared_and_stays_pinned_while_a_view_lives()
    {
        long before = Live.Count();
        float[] memory = [1, 2, 3, 4];
        using (NewDisposeScope())
        {
            Tensor whole = frombuffer(memory, ScalarType.Float32);
            Tensor tail = whole[2..];
            whole.Dispose();
            GC.Collect();
            memory[3] = 9;
            Assert.Equal([3f, 9], tail.data<float>().ToArray());
            Assert.Equal([2f, 3], frombuffer(memory, ScalarType.Float32, 2, 1).data<float>().ToArray());
            Assert.Equal([3L, 9], frombuffer(memory, ScalarType.Int64, 2, 2).data<long>().ToArray());
            Assert.Throws<IndexOutOfRangeException>(() => frombuffer(memory, ScalarType.Float32, 4, 1));
            Assert.Throws<ArgumentException>(() => frombuffer(memory, ScalarType.Float32, 1, 5));
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Indices_follow_pythons_rules() => Live.Balanced(() =>
    {
        Tensor x = arange(24).view(2, 3, 4);
        Assert.Equal(23, x[-1, -1, -1].item<long>());
        Assert.Equal([2L, 2, 4], x[.., ^2..].shape);
        Assert.Equal([2L, 3, 2], x[TensorIndex.Ellipsis, TensorIndex.Slice(step: 2)].shape);
        Assert.Equal([1L, 2, 3, 4], x[TensorIndex.None, TensorIndex.Ellipsis].shape);
        Assert.Equal([12L, 16, 20], x[1, TensorIndex.Colon, 0].contiguous().data<long>().ToArray());
        Assert.Equal([0L, 3], x[0, 0, TensorIndex.Slice(0, null, 3)].contiguous().data<long>().ToArray());
        Assert.Equal([0L, 3, 4], x[2..].shape);
        Assert.Equal([5L, 6], x[0, 1, TensorIndex.Tensor(tensor(new long[] { 1, 2 }))].data<long>().ToArray());
        Assert.Equal([20L, 21, 22, 23], x[x > 19].data<long>().ToArray());
        x[0, 0] = tensor(new long[] { 7 });
        Assert.Equal([7L, 7, 7, 7], x[0, 0].data<long>().ToArray());
        x[x.eq(7)] = tensor(0L);
        Assert.Equal(0, x[0, 0].sum().item<long>());
        x.index_put_(tensor(1L), tensor(new long[] { 1 }), tensor(new long[] { 2 }));
        Assert.Equal(4, x[1, 2].sum().item<long>());
    });

    [Fact]
    public void A_saved_tensor_comes_back_and_a_file_of_something_else_is_refused() => Live.Balanced(() =>
    {
        using Files.TemporaryFolder folder = new();
        string path = folder.File("tensor.pt");
        Tensor x = rand(3, 4)[.., 1..];
        save(x, path);
        Live.SameBits(x, load(path));
        File.WriteAllText(path, "not a tensor");
        Assert.Throws<NotATensorFile>(() => load(path));
    });
}
