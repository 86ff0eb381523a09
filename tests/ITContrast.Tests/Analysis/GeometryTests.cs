using ITContrast.Analysis;

namespace ITContrast.Tests.Analysis;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class GeometryTests : TorchTest
{
    // Captions at right angles to their images; images opposite each other: ‖x − y‖² = 2, and the one pair of images has ‖x − x'‖² = 4.
    [Fact]
    public void Alignment_and_uniformity_have_closed_forms()
    {
        using EmbeddedPairs pairs = Toy.Plane([0, 180], [90, 270], [0, 1]).Pairs();
        AlignmentUniformityReport report = AlignmentUniformity.Measure(pairs);
        Assert.Equal(2, report.Alignment, 6);
        Assert.Equal(-8, report.ImageUniformity, 5);
    }

    [Fact]
    public void Uniformity_equals_the_naive_pairs_and_does_not_depend_on_the_rows_lengths()
    {
        Toy toy = Toy.Random(17, 2, 6, 4);
        double sum = 0;
        for (int i = 0; i < toy.N; i++)
            for (int j = 0; j < i; j++)
                sum += Math.Exp(-2 * Enumerable.Range(0, 6).Sum(k => Math.Pow((double)toy.Images[i * 6 + k] - toy.Images[j * 6 + k], 2)));
        double expected = Math.Log(sum / (toy.N * (toy.N - 1) / 2));
        Toy longer = toy with { Images = [.. toy.Images.Select(value => 3 * value)] };
        using EmbeddedPairs pairs = toy.Pairs(), scaled = longer.Pairs();
        Assert.Equal(expected, AlignmentUniformity.Measure(pairs).ImageUniformity, 6);
        Assert.Equal(expected, AlignmentUniformity.Measure(scaled).ImageUniformity, 6);
    }

    // Images at ±60° (mean (1/2, 0)), captions at 180° ∓ 60° (mean (−1/2, 0)): the gap is 1, a shift of 1/2 brings both means to the origin.
    [Fact]
    public void A_gap_in_the_plane_is_measured_closed_and_found_by_the_probe()
    {
        using EmbeddedPairs pairs = Toy.Plane([60, -60, 60, -60], [120, -120, 120, -120], [0, 1, 2, 3]).Pairs();
        ModalityGapReport report = ModalityGap.Measure(pairs, [0, 0.5]);
        Assert.Equal(1, report.Distance, 6);
        // Of six pairs two coincide and four are 120° apart: (2 − 4/2)/6 = 0.
        Assert.Equal(0, report.ImageCone, 6);
        Assert.Equal(1, report.ProbeAccuracy, 12);
        Assert.Equal(1, report.Sweep[0].Distance, 6);
        Assert.Equal(0, report.Sweep[1].Distance, 6);
    }

    // Eight images of which every second is looked at, and samples of other steps: each leaves some to test.
    [Theory, InlineData(8, 4), InlineData(9, 4), InlineData(10, 4), InlineData(12, 4), InlineData(16, 4), InlineData(20, 5), InlineData(7, 5)]
    public void The_probe_is_tested_on_images_that_it_did_not_learn_from_whatever_the_sample_s_step(int images, int most)
    {
        double[] right = [.. Enumerable.Range(0, images).Select(i => i % 2 == 0 ? 60.0 : -60)];
        using EmbeddedPairs pairs = Toy.Plane(right, [.. right.Select(angle => 180 - angle)], [.. Enumerable.Range(0, images)]).Pairs();
        Assert.Equal(1, ModalityGap.Measure(pairs, [], most).ProbeAccuracy, 12);
    }

    [Fact]
    public void The_cone_equals_the_naive_mean_cosine()
    {
        Toy toy = Toy.Random(14, 1, 5, 2);
        using EmbeddedPairs pairs = toy.Pairs();
        double sum = 0;
        for (int i = 0; i < toy.N; i++)
            for (int j = 0; j < toy.N; j++)
                if (i != j) sum += Enumerable.Range(0, 5).Sum(k => (double)toy.Images[i * 5 + k] * toy.Images[j * 5 + k]);
        Assert.Equal(sum / (14 * 13), ModalityGap.Measure(pairs, []).ImageCone, 6);
    }

    // The same vectors in both modalities: no gap to shift along, and nothing for the probe to find.
    [Fact]
    public void Equal_modalities_have_no_gap_and_leave_the_probe_at_chance()
    {
        Toy toy = Toy.Random(20, 1, 5, 3);
        using EmbeddedPairs pairs = (toy with { Captions = toy.Images }).Pairs();
        ModalityGapReport report = ModalityGap.Measure(pairs);
        Assert.Equal(0, report.Distance, 12);
        Assert.Empty(report.Sweep);
        Assert.Equal(0.5, report.ProbeAccuracy, 12);
    }

    [Fact]
    public void A_zero_row_has_no_direction()
    {
        Toy toy = Toy.Random(4, 1, 3, 1);
        for (int k = 3; k < 6; k++) toy.Images[k] = 0;
        using EmbeddedPairs pairs = toy.Pairs();
        Assert.Contains("images: row 1 is zero", Assert.Throws<DataException>(() => AlignmentUniformity.Measure(pairs)).Message);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void No_measure_depends_on_the_order_of_rows(int seed)
    {
        Toy toy = Toy.Random(30, 3, 7, seed, [.. Enumerable.Range(0, 30).Select(image => (long)(image / 2))]);
        using EmbeddedPairs pairs = toy.Pairs(), permuted = toy.Permuted(seed).Pairs();
        HardnessReport hard = Hardness.Measure(pairs), hardAgain = Hardness.Measure(permuted);
        Assert.Equal(hard.CaptionQuery.Gap.Order(), hardAgain.CaptionQuery.Gap.Order());
        Assert.Equal(hard.ImageQuery.Violations, hardAgain.ImageQuery.Violations);
        Assert.Equal(hard.ImageQuery.Negatives, hardAgain.ImageQuery.Negatives);
        Assert.Equal(Hubness.Measure(pairs).ImageQuery.Cuts[1].Skewness, Hubness.Measure(permuted).ImageQuery.Cuts[1].Skewness, 9);
        Assert.Equal(
            GradientMass.Measure(pairs).ImageQuery.ByTemperature[2].EffectiveNumber,
            GradientMass.Measure(permuted).ImageQuery.ByTemperature[2].EffectiveNumber, 9);
        Assert.Equal(FalseNegatives.Measure(pairs).ImageQuery.Hardest[1].Share, FalseNegatives.Measure(permuted).ImageQuery.Hardest[1].Share, 9);
        AlignmentUniformityReport even = AlignmentUniformity.Measure(pairs), evenAgain = AlignmentUniformity.Measure(permuted);
        Assert.Equal(even.Alignment, evenAgain.Alignment, 9);
        Assert.Equal(even.CaptionUniformity, evenAgain.CaptionUniformity, 9);
        Assert.Equal(ModalityGap.Measure(pairs, []).Distance, ModalityGap.Measure(permuted, []).Distance, 9);
    }
}
