using ITContrast.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Training;

public sealed class CheckpointBufferTests : TorchTest
{
    private readonly string folder = Directory.CreateTempSubdirectory("itc-buffers-").FullName;

    // Batch normalisation has an int64 buffer, its number of batches.
    [Fact]
    public void Integer_buffers_come_back()
    {
        string path = Path.Combine(folder, "checkpoint-last.safetensors");
        using var module = nn.BatchNorm1d(3);
        for (int batch = 0; batch < 5; batch++) module.call(rand(4, 3));
        Checkpoint.Save(path, module, null, 5, new Dictionary<string, string>());
        using var read = nn.BatchNorm1d(3);
        Assert.Equal(5, Checkpoint.Load(path, read));
        var (wanted, found) = (module.named_buffers().ToDictionary(b => b.name, b => b.buffer), read.named_buffers().ToDictionary(b => b.name, b => b.buffer));
        Assert.Equal(5, found["num_batches_tracked"].ToInt64());
        Assert.Equal(ScalarType.Int64, found["num_batches_tracked"].dtype);
        Assert.Equal(wanted["running_mean"].data<float>().ToArray(), found["running_mean"].data<float>().ToArray());
        Directory.Delete(folder, recursive: true);
    }
}
