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

    [Theory]
    [InlineData(3, 1, 70, 0), InlineData(4, 9, 5, 3), InlineData(5, 36, 64, 40), InlineData(2, 64, 130, 0), InlineData(2, 65, 3, 0)]
    public void Pooling_is_the_weighted_sum_of_the_sorted_members_and_so_are_its_gradients(int sets, int places, int width, int levels) => Live.Balanced(() =>
    {
        using var generator = new Generator(4);
        var features = rand([sets, places, width], generator: generator) - 0.5;
        if (levels > 0) features = (features * levels).floor() / levels;
        var members = (rand(sets, places, generator: generator) < 0.6).logical_or(arange(places, ScalarType.Int64) == 0);
        var weights = rand(sets, places, generator: generator).masked_fill(arange(places, ScalarType.Int64).unsqueeze(0) >= members.sum(1).unsqueeze(1), 0);
        var pull = rand(sets, width, generator: generator);
        Tensor[] Each(Func<Tensor, Tensor, Tensor> pool, ScalarType dtype)
        {
            Tensor x = features.to(dtype).detach().clone().requires_grad_(), w = weights.to(dtype).detach().clone().requires_grad_(), pooled = pool(x, w);
            (pooled * pull.to(dtype)).sum().backward();
            Tensor[] found = [pooled.detach().to(ScalarType.Float64), x.grad!.to(ScalarType.Float64), w.grad!.to(ScalarType.Float64)];
            x.grad!.Dispose();
            w.grad!.Dispose();
            return found;
        }
        Tensor[] ours = Each((x, w) => SortedSets.Pool(x, members, w), ScalarType.Float32),
            plain = Each((x, w) => (SortedSets.Plain(x, members) * w.unsqueeze(2)).sum(1), ScalarType.Float64);
        foreach (var (expected, found) in plain.Zip(ours)) Assert.True((expected - found).abs().max().item<double>() < 2e-5);
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
