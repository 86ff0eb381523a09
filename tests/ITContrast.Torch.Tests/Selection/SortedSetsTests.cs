using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Selection;

public class SortedSetsTests
{
    // Levels: how many different numbers there are, so that ties are many, some or none.
    [Theory]
    [InlineData(3, 1, 70, 0), InlineData(4, 9, 5, 3), InlineData(5, 36, 64, 40), InlineData(2, 64, 130, 0), InlineData(2, 65, 3, 0)]
    public void It_is_torchs_sort_of_the_members_bit_for_bit_and_so_is_its_gradient(int sets, int places, int width, int levels) => Live.Balanced(() =>
    {
        using var generator = new Generator(3);
        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            foreach (var transposed in new[] { false, true })
            {
                var features = rand(transposed ? [sets, width, places] : [sets, places, width], generator: generator) - 0.5;
                if (levels > 0) features = (features * levels).floor() / levels;
                if (transposed) features = features.transpose(1, 2);
                var members = (rand(sets, places, generator: generator) < 0.6).logical_or(arange(places, ScalarType.Int64) == 0);
                var weights = rand(features.shape, generator: generator).to(dtype);
                Tensor ours = features.to(dtype).detach().requires_grad_(), plain = features.to(dtype).detach().requires_grad_();
                Tensor found = SortedSets.Of(ours, members), expected = SortedSets.Plain(plain, members);
                Live.SameBits(expected, found);
                (found * weights).sum().backward();
                (expected * weights).sum().backward();
                Live.SameBits(plain.grad!, ours.grad!);
                ours.grad!.Dispose();
                plain.grad!.Dispose();
            }
    });

    [Fact]
    public void Each_feature_falls_within_a_sets_members() => Live.Balanced(() =>
    {
        var features = tensor(new float[] { 1, 9, 5, 3, 4, 0, 8, 8 }).reshape(1, 4, 2);
        var members = tensor(new[] { true, false, true, true }).reshape(1, 4);
        Assert.Equal([8, 9, 4, 8, 1, 0, 0, 0], SortedSets.Of(features, members).data<float>().ToArray());
    });

    [Fact]
    public void What_is_no_number_comes_first() => Live.Balanced(() =>
    {
        var features = tensor(new[] { 2, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1 }).reshape(1, 6, 1);
        var members = ones([1, 6], dtype: ScalarType.Bool);
        float[] found = SortedSets.Of(features, members).data<float>().ToArray(), expected = SortedSets.Plain(features, members).data<float>().ToArray();
        Assert.Equal(expected, found);
        Assert.Equal([float.NaN, float.NaN, float.PositiveInfinity, 2, 1, float.NegativeInfinity], found);
    });
}
