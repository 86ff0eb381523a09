using ITContrast.Negatives;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// Hard-negative representatives: each anchor's K hardest negatives, cut into G groups from hard to easy, one unit vector a group.
/// <code>
///   w_gj = softmax_{j in g}(s_j / τ_h)        s_j = qᵀn_j
///   h_g  = normalize(Σ_j w_gj · n_j)
/// </code>
/// τ_h → 0 picks the hardest member of the group, τ_h → ∞ its centroid. The weights carry no gradient. A group without an unmasked member is dropped
/// (<c>-inf</c>).
/// Source: Wu et al., ITContrast (2024), abstract [A: representatives of the mini-batch's negatives that reflect the hardness relations to the anchor];
/// the rule itself is this project's reading [I].
/// </summary>
/// <param name="options">Groups and temperature; with groups by count, G must divide the K of the profile.</param>
public sealed class Representatives(RepresentativeOptions options) : MixtureSynthesis("representatives")
{
    private readonly RepresentativeOptions options = options.Validated();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">G does not divide K.</exception>
    public override Mixture Mix(SynthesisContext context)
    {
        var profile = context.Profile;
        return options.Thresholds.Count == 0 ? ByCount(profile) : ByGap(context, profile);
    }

    private Mixture ByCount(HardnessProfile profile)
    {
        var parents = HardnessGroups.ByCount(profile.Indices, options.Groups);
        var (weights, valid) = GroupWeights.Of(HardnessGroups.ByCount(profile.Values, options.Groups), options.HardnessTemperature);
        return new(parents, weights, valid);
    }

    // Every group keeps all K parents and gives those of other groups the weight zero.
    private Mixture ByGap(SynthesisContext context, HardnessProfile profile)
    {
        var member = HardnessGroups.ByGap(context.Direction.Positives.detach().unsqueeze(1) - profile.Values, profile.Valid, options.Thresholds);
        var scores = profile.Values.unsqueeze(1).expand(member.shape).masked_fill(member.logical_not(), double.NegativeInfinity);
        var (weights, valid) = GroupWeights.Of(scores, options.HardnessTemperature);
        return new(profile.Indices.unsqueeze(1).expand(member.shape), weights, valid);
    }
}
