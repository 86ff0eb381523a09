using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Modules;

public sealed partial class FileTests
{
    [Fact]
    public void A_module_reads_back_what_it_wrote() => Live.Balanced(() =>
    {
        using var stream = new MemoryStream();
        using var source = nn.BatchNorm1d(3);
        source.call(randn(4, 3)).Dispose();
        source.save(stream);
        using var target = nn.BatchNorm1d(3);
        using var written = new MemoryStream(stream.ToArray());
        var loaded = new Dictionary<string, bool>();
        target.load(written, loadedParameters: loaded);
        foreach (var (name, value) in source.state_dict()) Live.SameBits(value, target.state_dict()[name]);
        Assert.Equal(5, loaded.Count(l => l.Value));
        Assert.Equal(1, target.num_batches_tracked!.item<long>());
    });
}
