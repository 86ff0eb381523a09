using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Modules;

/// <summary>What this layer checks of a file before it changes anything; TorchSharp's packages take what they find.</summary>
public sealed partial class FileTests
{
    [Fact]
    public void Every_prefix_and_every_flipped_byte_is_refused_or_read_without_harm() => Live.Balanced(() =>
    {
        using var source = nn.Linear(2, 2).Initialise(3);
        using var stream = new MemoryStream();
        source.save(stream);
        var bytes = stream.ToArray();
        using var target = nn.Linear(2, 2).Initialise(4);
        var before = target.weight.data<float>().ToArray();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => target.load(new MemoryStream(bytes[..length])));
        Assert.Equal(before, target.weight.data<float>().ToArray());
        for (var at = 0; at < bytes.Length; at++)
            foreach (var bit in new[] { 0x01, 0x10, 0x80 })
            {
                var damaged = bytes.ToArray();
                damaged[at] ^= (byte)bit;
                try
                {
                    target.load(new MemoryStream(damaged));
                }
                catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
                {
                }
            }
    });

    [Fact]
    public void Names_and_shapes_that_differ_are_listed_and_nothing_is_loaded() => Live.Balanced(() =>
    {
        using var model = nn.Linear(2, 3).Initialise(1);
        var weight = model.weight.data<float>().ToArray();
        var wrong = new Dictionary<string, Tensor> { ["weight"] = zeros(3, 2), ["extra"] = zeros(1) };
        var error = Assert.Throws<InvalidOperationException>(() => model.load_state_dict(wrong));
        Assert.Contains("Missing: bias", error.Message);
        Assert.Contains("Unexpected: extra", error.Message);
        wrong["bias"] = zeros(4);
        Assert.Contains("[3]", Assert.Throws<InvalidOperationException>(() => model.load_state_dict(wrong, strict: false)).Message);
        Assert.Equal(weight, model.weight.data<float>().ToArray());
        var (missing, unexpected) = model.load_state_dict(new() { ["weight"] = ones(3, 2) }, strict: false);
        Assert.Equal(["bias"], missing);
        Assert.Empty(unexpected);
        Assert.Equal(6f, model.weight.sum().item<float>());
    });
}
