using ITContrast.Negatives;
using ITContrast.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Training;

public sealed class CheckpointBufferTests : TorchTest
{
    private readonly string folder = Directory.CreateTempSubdirectory("itc-buffers-").FullName;

    [Fact]
    public void Keys_in_bfloat16_come_back_as_they_were_and_into_no_other_type()
    {
        string path = Path.Combine(folder, "checkpoint-last.safetensors");
        using KeyQueue queue = new(5, 3, new Generator(1, CPU), ScalarType.BFloat16), read = new(5, 3, new Generator(2, CPU), ScalarType.BFloat16);
        using KeyQueue floats = new(5, 3, new Generator(2, CPU));
        queue.Enqueue(nn.functional.normalize(rand(2, 3)), tensor(new[] { 4L, 7L }));
        Checkpoint.Save(path, queue, null, 9, new Dictionary<string, string>());
        Assert.Equal(9, Checkpoint.Load(path, read));
        Assert.Equal(ScalarType.BFloat16, read.Keys.dtype);
        Assert.Equal(queue.Keys.to(ScalarType.Float32).data<float>().ToArray(), read.Keys.to(ScalarType.Float32).data<float>().ToArray());
        Assert.Equal([4L, 7, -1, -1, -1], read.ImageIds.data<long>().ToArray());
        Assert.Contains("BFloat16", Assert.Throws<DataException>(() => Checkpoint.Load(path, floats)).Message);
        Directory.Delete(folder, recursive: true);
    }

    // Batch normalisation has an int64 buffer, its number of batches; seven floats before it would leave it between two places for one.
    [Fact]
    public void Integer_buffers_come_back()
    {
        string path = Path.Combine(folder, "checkpoint-last.safetensors");
        using var module = Normalised();
        for (int batch = 0; batch < 5; batch++) module.call(rand(4, 3));
        Checkpoint.Save(path, module, null, 5, new Dictionary<string, string>());
        using var read = Normalised();
        Assert.Equal(5, Checkpoint.Load(path, read));
        var (wanted, found) = (module.named_buffers().ToDictionary(b => b.name, b => b.buffer), read.named_buffers().ToDictionary(b => b.name, b => b.buffer));
        Assert.Equal(5, found["1.num_batches_tracked"].ToInt64());
        Assert.Equal(ScalarType.Int64, found["1.num_batches_tracked"].dtype);
        Assert.Equal(wanted["1.running_mean"].data<float>().ToArray(), found["1.running_mean"].data<float>().ToArray());
        Directory.Delete(folder, recursive: true);
    }

    private static TorchSharp.Modules.Sequential Normalised() => nn.Sequential(nn.Linear(3, 1, hasBias: false), nn.BatchNorm1d(1));
}
