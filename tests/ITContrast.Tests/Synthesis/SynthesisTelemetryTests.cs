using ITContrast.Losses;
using ITContrast.Negatives;
using ITContrast.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Synthesis;

/// <summary>What a run records of its operators, against the definitions on whole tensors.</summary>
public class SynthesisTelemetryTests : TorchTest
{
    private const int Hardest = 4;

    private static INegativeSynthesis[] Operators =>
        [new Representatives(new() { Groups = 2, HardnessTemperature = 0.1 }), new MoChiAnchors(5), new Everywhere()];

    // A lonely anchor, on either side, has no negative: nothing can be made of negatives for it,
    // and what is made of something else has none to be compared with.
    [Theory, InlineData(false), InlineData(true)]
    public void Telemetry_is_the_mean_over_both_directions(bool lonely)
    {
        var mask = eye(6, dtype: ScalarType.Bool);
        if (lonely) (mask[0], mask[TensorIndex.Colon, 0]) = (tensor(true), tensor(true));
        var scores = Scores.Of(Plane.Random(6, 7, 1), Plane.Random(6, 7, 2), mask);
        var found = new NegativeSynthesizer(Operators, new() { Hardest = Hardest, WarmupEpochs = 0 }).Compute(scores, 0, new Generator(3, CPU))!.Telemetry;

        var random = new Generator(3, CPU);
        (Tensor Positives, Tensor Hardest, Tensor[] Made)[] sides = [.. new[] { Direction.OfImages(scores), Direction.OfCaptions(scores) }.Select(direction =>
        {
            SynthesisContext context = new(direction, HardnessProfile.Of(direction, Hardest), random, false, SynthesisPath.Automatic);
            return (direction.Positives.unsqueeze(1), context.Profile.Values.narrow(1, 0, 1), Operators.Select(o => o.Score(context)).ToArray());
        })];
        for (var i = 0; i < Operators.Length; i++)
        {
            double Mean(Func<Tensor, (Tensor Positives, Tensor Hardest, Tensor[] Made), Tensor> of) =>
                sides.Average(side => of(side.Made[i], side).item<double>());
            void Equal(string name, double expected) => Assert.Equal(expected, found[$"{Operators[i].Name}/{name}"].item<float>(), 1e-6);
            Equal("score", Mean((made, _) => made[made.isfinite()].mean()));
            Equal("hardness", Mean((made, side) => (made - side.Hardest)[(made - side.Hardest).isfinite()].mean()));
            Equal("too-hard", Mean((made, side) => (made > side.Positives)[made.isfinite()].to(ScalarType.Float64).mean()));
            Equal("dropped", Mean((made, _) => made.isfinite().logical_not().to(ScalarType.Float64).mean()));
            Assert.Equal(lonely && Operators[i] is not Everywhere, found[$"{Operators[i].Name}/dropped"].item<float>() > 0);
        }
    }

    // Makes a negative for every anchor, out of none of the batch's.
    private sealed class Everywhere : INegativeSynthesis
    {
        public string Name => "everywhere";

        public Tensor Score(SynthesisContext context) => context.Direction.Scores.narrow(1, 0, 2).detach();
    }
}
