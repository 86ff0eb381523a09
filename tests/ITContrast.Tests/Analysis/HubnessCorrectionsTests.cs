using ITContrast.Analysis;
using ITContrast.Evaluation;
using ITContrast.Evaluation.Corrections;
using static TorchSharp.torch;

namespace ITContrast.Tests.Analysis;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class HubnessCorrectionsTests
{
    [Fact]
    public void Plain_scores_have_the_hubness_that_is_measured_without_corrections()
    {
        using EmbeddedPairs pairs = Toy.Random(20, 2, 4, seed: 3).Pairs();
        CorrectedHubness plain = HubnessCorrections.Measure(pairs, k: 3).Rows[0];
        HubCounts counts = Hubness.Measure(pairs, [3]).CaptionQuery.Cuts[0];
        Assert.Equal("none", plain.Correction);
        Assert.Equal((counts.Skewness, counts.NeverRetrieved, counts.Largest), (plain.Skewness, plain.NeverRetrieved, plain.Largest));
    }

    [Fact]
    public void Recall_under_each_correction_is_the_evaluator_s()
    {
        Toy toy = Toy.Random(20, 2, 4, seed: 3);
        using EmbeddedPairs pairs = toy.Pairs();
        using Tensor images = tensor(toy.Images, [toy.N, toy.Width]), captions = tensor(toy.Captions, [toy.M, toy.Width]);
        HubnessCorrectionReport report = HubnessCorrections.Measure(pairs);
        ScoreCorrection[] corrections = [new Csls(), new InvertedSoftmax(), new QueryBankNorm(), new DualBankNorm(), new Sinkhorn()];
        Assert.Equal(Retrieval.Evaluate(images, captions, toy.ImageOf).CaptionQuery.R1, report.Rows[0].R1, 9);
        Assert.Equal(["none", .. corrections.Select(correction => correction.Name)], report.Rows.Select(row => row.Correction));
        Assert.All(corrections.Zip(report.Rows.Skip(1)), pair =>
            Assert.Equal(CorrectedRetrieval.Evaluate(images, captions, toy.ImageOf, pair.First).Ranks.CaptionQuery.R1, pair.Second.R1, 9));
        Assert.Contains("transductive", report.ToText());
    }
}
