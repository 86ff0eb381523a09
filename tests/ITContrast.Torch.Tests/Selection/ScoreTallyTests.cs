using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Selection;

public class ScoreTallyTests
{
    // Some could not be made, some anchors have no real negative; transposed scores are those of the other direction.
    [Theory, InlineData(1, 1, false), InlineData(20, 5, false), InlineData(20, 5, true)]
    public void Counts_are_those_of_whole_tensors(int anchors, int each, bool transposed) => Live.Balanced(() =>
    {
        using var generator = new Generator(4);
        Tensor Scores(params long[] shape) => rand(shape, generator: generator) * 2 - 1;
        var made = Scores(anchors, each).masked_fill(rand(anchors, each, generator: generator) < 0.2, double.NegativeInfinity);
        var hardest = Scores(anchors, 3).masked_fill(rand(anchors, 1, generator: generator) < 0.2, double.NegativeInfinity);
        var scores = transposed ? Scores(anchors, anchors).T : Scores(anchors, anchors);
        var positives = randperm(anchors, generator: generator);
        var own = stack([.. Enumerable.Range(0, anchors).Select(i => scores[i, positives[i].item<long>()])]).unsqueeze(1);
        Tensor there = made > double.NegativeInfinity, beside = there.logical_and(hardest.narrow(1, 0, 1) > double.NegativeInfinity);
        var distances = made.to(ScalarType.Float64) - hardest.narrow(1, 0, 1);
        var expected = (
            Asked: made.numel(), Made: there.sum().item<long>(), TooHard: (made > own).sum().item<long>(), Compared: beside.sum().item<long>(),
            Score: made[there].sum().item<float>(), Hardness: distances[beside].sum().item<double>());
        foreach (var found in new[] { ScoreTally.Of(made, hardest, scores, positives), ScoreTally.Plain(made, hardest, scores, positives) })
        {
            Assert.Equal((expected.Asked, expected.Made, expected.TooHard, expected.Compared), (found.Asked, found.Made, found.TooHard, found.Compared));
            Assert.Equal(expected.Score, found.Score, 1e-4);
            Assert.Equal(expected.Hardness, found.Hardness, 1e-4);
        }
        Assert.True(anchors == 1 || (expected.Made < expected.Asked && expected.Compared < expected.Made && expected.TooHard > 0));
    });
}
