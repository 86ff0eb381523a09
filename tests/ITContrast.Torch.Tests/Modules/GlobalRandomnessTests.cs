using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Modules;

/// <summary>The modules with TorchSharp's names draw from the global generator: its seed, and nothing else, decides.</summary>
public sealed class GlobalRandomnessTests
{
    [Fact]
    public void A_seed_repeats_start_values_and_dropout() => Live.Balanced(() =>
    {
        var (first, second, other) = (Draw(1), Draw(1), Draw(2));
        Live.SameBits(first, second);
        Assert.False(first.eq(other).all().item<bool>());
    });

    [Fact]
    public void Dropout_scales_what_it_keeps_and_rests_in_evaluation() => Live.Balanced(() =>
    {
        manual_seed(1);
        using var layer = nn.Dropout(0.25);
        var kept = layer.call(ones(40_000));
        Assert.Equal([0f, (float)(1 / 0.75)], kept.unique().output.data<float>().ToArray());
        Assert.InRange(kept.mean().item<float>(), 0.98f, 1.02f);
        layer.eval();
        Live.SameBits(ones(5), layer.call(ones(5)));
    });

    private static Tensor Draw(long seed)
    {
        using var scope = NewDisposeScope();
        manual_seed(seed);
        using var model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 3));
        return model.call(ones(2, 4)).detach().MoveToOuterDisposeScope();
    }
}
