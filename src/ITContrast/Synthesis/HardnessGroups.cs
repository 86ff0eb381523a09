using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>Hardness groups of a profile: by equal counts or by the gap to the positive.</summary>
internal static class HardnessGroups
{
    /// <summary>Cuts <c>[B, K]</c>, sorted from hard to easy, into <c>[B, G, K/G]</c>.</summary>
    public static Tensor ByCount(Tensor profile, int groups)
    {
        var (b, k) = (profile.shape[0], profile.shape[1]);
        if (k % groups != 0)
            throw new ArgumentException(
                $"The {k} hardest negatives cannot be cut into {groups} equal groups. Use a K that {groups} divides, or another number of groups.");
        return profile.reshape(b, groups, k / groups);
    }

    /// <summary>Membership <c>[B, G, K]</c> of G = cuts + 1 groups: gap below the first cut, between cuts, from the last cut on.</summary>
    public static Tensor ByGap(Tensor gap, Tensor valid, IReadOnlyList<double> cuts)
    {
        var groups = new List<Tensor>();
        for (var g = 0; g <= cuts.Count; g++)
        {
            var member = valid;
            if (g > 0) member = member.logical_and(gap >= cuts[g - 1]);
            if (g < cuts.Count) member = member.logical_and(gap < cuts[g]);
            groups.Add(member);
        }
        return stack(groups, 1);
    }
}
