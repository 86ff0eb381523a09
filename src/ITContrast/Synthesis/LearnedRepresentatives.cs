using ITContrast.Negatives;
using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// Representatives whose group weights are learned to <em>raise</em> the loss: an adversary with one logit for each (group, rank within the group).
/// <code>
///   w_g = softmax(θ_g)                                over the unmasked members of group g
///   q·h_g ← min(q·h_g, sg(s⁺) + δ)                    a negative is at most δ above the positive
///   ∂L/∂θ enters with its sign reversed, plus the gradient of −β·mean_g H(w_g)
/// </code>
/// Only θ sees the reversed gradient; encoders are trained as with fixed weights. This project's operator [I].
/// </summary>
public sealed class LearnedRepresentatives : nn.Module, INegativeSynthesis
{
    private readonly Parameter logits;
    private readonly double entropyWeight, cap;

    /// <summary>Creates the adversary with uniform weights.</summary>
    /// <param name="hardest">K of the profile.</param>
    /// <param name="groups">G; must divide K.</param>
    /// <param name="entropyWeight">β; default 0.01, at least 0. Larger keeps weights nearer to uniform.</param>
    /// <param name="cap">δ; default 0.1, at least 0.</param>
    public LearnedRepresentatives(int hardest, int groups, double entropyWeight = 0.01, double cap = 0.1) : base(nameof(LearnedRepresentatives))
    {
        if (groups < 1 || hardest < groups || hardest % groups != 0)
            throw new ArgumentException($"The {hardest} hardest negatives cannot be cut into {groups} equal groups.");
        if (!(entropyWeight >= 0)) throw new ArgumentOutOfRangeException(nameof(entropyWeight), $"entropyWeight is {entropyWeight}; use at least 0.");
        if (!(cap >= 0)) throw new ArgumentOutOfRangeException(nameof(cap), $"cap is {cap}; use at least 0.");
        logits = new Parameter(zeros(groups, hardest / groups));
        (this.entropyWeight, this.cap) = (entropyWeight, cap);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public string Name => "learned-representatives";

    /// <summary>The current weights of a full group, <c>[G, K/G]</c>, detached.</summary>
    public Tensor Weights => logits.detach().softmax(1);

    /// <summary>−β·mean_g H(w_g), a scalar to add to the loss: it pulls the weights towards uniform.</summary>
    public Tensor EntropyTerm()
    {
        var logWeights = logits.log_softmax(1);
        return (logWeights.exp() * logWeights).sum(1).mean() * entropyWeight;
    }

    /// <inheritdoc/>
    public Tensor Score(SynthesisContext context)
    {
        var profile = context.Profile;
        var groups = (int)logits.shape[0];
        if (profile.Count != groups * logits.shape[1])
            throw new ShapeException($"The weights are for K = {groups * logits.shape[1]} hardest negatives, the profile has {profile.Count}.");
        var missing = HardnessGroups.ByCount(profile.Valid, groups).logical_not();
        var (weights, valid) = GroupWeights.Of(logits.unsqueeze(0).expand(missing.shape).masked_fill(missing, double.NegativeInfinity));
        // x + 2·(sg(x) − x) has the value x and the gradient −1.
        var reversed = weights + (weights.detach() - weights) * 2;
        var scores = MixtureScores.Of(context, new Mixture(HardnessGroups.ByCount(profile.Indices, groups), reversed, valid));
        return minimum(scores, context.Direction.Positives.detach().unsqueeze(1) + cap);
    }
}
