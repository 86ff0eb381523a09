using ITContrast.Analysis;

namespace ITContrast.Tests.Analysis;

/// <summary>Every analysis's paragraph is prose: its sentences begin as sentences do.</summary>
[Collection(LiveTensors.Name), KeepsTensors]
public sealed class ParagraphTests : TorchTest
{
    [Fact]
    public void Every_sentence_of_every_paragraph_begins_with_a_capital_or_a_number()
    {
        using EmbeddedPairs pairs = Toy.Random(24, 2, 8, 3, [.. Enumerable.Range(0, 24).Select(image => (long)(image / 2))]).Pairs();
        IAnalysisResult[] results =
        [
            Hardness.Measure(pairs), GradientMass.Measure(pairs), AlignmentUniformity.Measure(pairs), ModalityGap.Measure(pairs), Hubness.Measure(pairs),
            HubnessCorrections.Measure(pairs),
            FalseNegatives.Measure(pairs),
            RankedQueries.Measure(pairs),
            SyntheticNegatives.Measure(pairs, batch: 12, hardest: 4),
        ];
        foreach (IAnalysisResult result in results)
            foreach (string sentence in result.ToText().Split(". "))
                Assert.True(char.IsUpper(sentence[0]) || char.IsDigit(sentence[0]), $"{result.Name}: \"{sentence}\" does not begin as a sentence does.");
    }
}
