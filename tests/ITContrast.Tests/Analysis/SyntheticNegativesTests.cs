using ITContrast.Analysis;
using ITContrast.Synthesis;

namespace ITContrast.Tests.Analysis;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class SyntheticNegativesTests
{
    // Three pairs at 0°, 60° and 120°, each caption on its image: a mix of two negatives of the anchor at 0° lies between 60° and 120°.
    [Fact]
    public void Mixes_of_two_negatives_stay_within_their_parents_scores_and_below_the_positive()
    {
        using EmbeddedPairs pairs = Toy.Plane([0, 60, 120], [0, 60, 120], [0, 1, 2]).Pairs();
        OperatorCheck check = SyntheticNegatives.Measure(pairs, [new MoChiPairs(32)]).Operators[0];
        Assert.Equal(2 * 3 * 32, check.Made);
        Assert.Equal((0, 0), (check.TooHard, check.False));
        Assert.InRange(check.ParentCosine, Math.Cos(60 * Math.PI / 180), 1);
        Assert.InRange(check.Norm, Math.Cos(60 * Math.PI / 180), 1);
    }

    // Two of the anchor at 60°'s negatives lie on either side of it: their mixes come nearer to it than either does.
    [Fact]
    public void Mixes_that_come_nearer_than_both_parents_are_out_of_cap_and_harder()
    {
        using EmbeddedPairs pairs = Toy.Plane([0, 60, 120], [0, 60, 120], [0, 1, 2]).Pairs();
        OperatorCheck check = SyntheticNegatives.Measure(pairs, [new MoChiPairs(200)]).Operators[0];
        // Half of that anchor's draws take two different parents, and all of these are nearer; no mix of the outer anchors is.
        Assert.InRange(check.Harder, 0.1, 0.25);
        Assert.InRange(check.OutOfCap, 0.1, 0.25);
    }

    [Fact]
    public void A_mix_with_the_anchor_is_always_harder_than_its_parent_and_out_of_cap()
    {
        using EmbeddedPairs pairs = Toy.Random(12, 1, 6, seed: 2).Pairs();
        Assert.InRange(SyntheticNegatives.Measure(pairs, [new MoChiAnchors(16)]).Operators[0].OutOfCap, 0.95, 1);
    }

    [Fact]
    public void Parents_of_the_anchor_s_own_concept_are_counted_where_groups_are_known()
    {
        long[] groups = [1, 1, 2];
        using EmbeddedPairs known = Toy.Plane([0, 60, 120], [0, 60, 120], [0, 1, 2], groups).Pairs();
        SyntheticNegativeReport report = SyntheticNegatives.Measure(known, [new MoChiAnchors(400)]);
        // Anchors 0 and 1 have one sibling among two negatives, anchor 2 has none: a third of all draws.
        Assert.InRange(report.Operators[0].False, 0.27, 0.4);
        Assert.Contains("would have a parent of the anchor's own concept", report.ToText());
        Assert.Equal(4, report.ToFigure().Data.Count);
    }

    [Fact]
    public void Every_mixing_operator_is_measured_by_default()
    {
        using EmbeddedPairs pairs = Toy.Random(20, 2, 8, seed: 5).Pairs();
        SyntheticNegativeReport report = SyntheticNegatives.Measure(pairs);
        Assert.Superset(
            new HashSet<string> { "mochi-1", "mochi-2", "representatives", "mixcse", "positive-interpolation" },
            report.Operators.Select(check => check.Operator).ToHashSet());
        Assert.All(report.Operators, check => Assert.True(check.Made > 0, check.Operator));
        Assert.DoesNotContain("NaN", report.ToJson().ToJsonString());
    }
}
