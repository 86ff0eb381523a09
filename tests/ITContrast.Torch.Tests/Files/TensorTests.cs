using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Files;

public sealed partial class TensorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly long live = Live.Count();

    public void Dispose()
    {
        Assert.Equal(live, Tensor.TotalCount);
        folder.Dispose();
    }

    [Theory]
    [InlineData("views-zip.pt")]
    [InlineData("views-legacy.pt")]
    [InlineData("views-deflated.pt")]
    public void Tensors_keep_values_strides_and_shared_storages(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors;
        using (TorchFile file = TorchFile.Open(Fixtures.Path("torch-files", name)))
        {
            tensors = file.Tensors.ToDictionary(view => view.Name, view => view.ToTensor());
            foreach (TensorView view in file.Tensors.Where(view => view.Type == ElementType.Float32))
            {
                Assert.Equal(view.Shape, tensors[view.Name].shape);
                Assert.Equal(view.Strides, tensors[view.Name].stride());
                if (!view.Shape.Contains(0) || TorchCapabilities.Current.Provider == "system")
                    Assert.Equal(view.ToArray<float>(), tensors[view.Name].contiguous().data<float>().ToArray());
            }
        }
        Assert.Equal(ScalarType.BFloat16, tensors["bfloat"].dtype);
        Assert.Equal([0, 3], tensors["none"].shape);
        // The file is closed; the mapping lives as long as its tensors, and views of one storage see each other's writes. TorchSharp's packages copy.
        if (TorchCapabilities.Current.Provider != "system") return;
        tensors["base"][1, 2] = tensor(42f);
        Assert.Equal(42f, tensors["transposed"][2, 1].item<float>());
        Assert.Equal(42f, tensors["row"][2].item<float>());
        Assert.NotEqual(42f, tensors["parameter"][0].item<float>());
    }

    [Fact]
    public void Writing_into_a_mapped_tensor_never_reaches_the_file()
    {
        using DisposeScope scope = NewDisposeScope();
        string path = folder.File("a.safetensors");
        using (Tensor ones = torch.ones(3, 4)) Safetensors.Save(path, new Dictionary<string, Tensor> { ["w"] = ones }, options: WriteOptions.Checkpoint);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Tensor mapped = file["w"].ToTensor();
        mapped.add_(1);
        Assert.Equal(24, mapped.sum().item<float>());
        Assert.All(file["w"].ToArray<float>(), value => Assert.Equal(1, value));
        Assert.True(Checksum.Verify(path));
    }

    [Fact]
    public void Every_type_and_layout_survives_saving_and_loading()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor grid = arange(24, dtype: ScalarType.Float32).reshape(4, 6);
        var saved = new Dictionary<string, Tensor>
        {
            ["byte"] = grid.to(ScalarType.Byte),
            ["char"] = grid.to(ScalarType.Int8),
            ["short"] = grid.to(ScalarType.Int16),
            ["int"] = grid.to(ScalarType.Int32),
            ["long"] = grid.to(ScalarType.Int64),
            ["half"] = grid.to(ScalarType.Float16),
            ["bfloat"] = grid.to(ScalarType.BFloat16),
            ["double"] = grid.to(ScalarType.Float64),
            ["bool"] = grid.to(ScalarType.Bool),
            ["transposed"] = grid.t(),
            ["scalar"] = tensor(2.5f),
            ["empty"] = torch.zeros(0, 5),
            ["grad"] = torch.ones(2).requires_grad_(true),
        };
        string path = folder.File("all.safetensors");
        Safetensors.Save(path, saved);
        Dictionary<string, Tensor> loaded = Safetensors.Load(path);
        Assert.Equal(saved.Keys.Order(), loaded.Keys.Order());
        foreach ((string name, Tensor before) in saved)
        {
            Assert.Equal(before.dtype, loaded[name].dtype);
            Assert.Equal(before.shape, loaded[name].shape);
            Assert.True(before.to(ScalarType.Float64).eq(loaded[name].to(ScalarType.Float64)).all().item<bool>(), name);
        }
        byte[] first = File.ReadAllBytes(path);
        Safetensors.Save(path, saved.Reverse());
        Assert.Equal(first, File.ReadAllBytes(path));
    }

    [Fact]
    public void Batches_of_rows_are_streamed_from_tensors()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = arange(12, dtype: ScalarType.Float32).reshape(2, 6).t();
        using (NpyWriter npy = NpyWriter.Create(folder.File("a.npy"), ElementType.Float32, 2))
        using (var tensors = new SafetensorsWriter(folder.File("a.safetensors"), [new("rows", ElementType.Float32, TensorInfo.Growing, 2)]))
        {
            foreach ((long start, long count) in new[] { (0L, 4L), (4L, 2L) })
            {
                npy.Append(rows.narrow(0, start, count));
                tensors.Append(rows.narrow(0, start, count));
            }
            Assert.Throws<ArgumentException>(() => npy.Append(torch.ones(2, 3)));
            Assert.Throws<ArgumentException>(() => tensors.Append(torch.ones(2, 2, dtype: ScalarType.Float64)));
            npy.Complete();
            tensors.Complete();
        }
        float[] expected = [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11];
        using NpyFile file = NpyFile.Open(folder.File("a.npy"));
        Assert.Equal(expected, file.Rows<float>(0, 6).ToArray());
        Assert.Equal(expected, Safetensors.Load(folder.File("a.safetensors"))["rows"].data<float>().ToArray());
    }

    // One byte before it leaves a float tensor at an odd address: it is copied instead of mapped.
    [Fact]
    public void A_misaligned_tensor_is_copied()
    {
        using DisposeScope scope = NewDisposeScope();
        byte[] json = System.Text.Encoding.UTF8.GetBytes(
            """{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"f":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}""");
        string path = folder.Write(
            "m.safetensors", [.. BitConverter.GetBytes((long)json.Length), .. json, 7, .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)]);
        Assert.Equal([1.5f, -2f], Safetensors.Load(path)["f"].data<float>().ToArray());
    }

    [Fact]
    public void An_npy_array_becomes_a_tensor_and_unsigned_ones_say_why_not()
    {
        using DisposeScope scope = NewDisposeScope();
        NpyFile.Write(folder.File("a.npy"), new double[] { 1, 2, 3, 4, 5, 6 }, 2, 3);
        using (NpyFile file = NpyFile.Open(folder.File("a.npy")))
            Assert.Equal(21, file.View.ToTensor().sum().item<double>());
        NpyFile.Write(folder.File("u.npy"), new uint[] { 1 }, 1);
        using NpyFile unsigned = NpyFile.Open(folder.File("u.npy"));
        Assert.Contains("UInt32", Assert.Throws<NotSupportedException>(() => unsigned.View.ToTensor()).Message);
    }
}
