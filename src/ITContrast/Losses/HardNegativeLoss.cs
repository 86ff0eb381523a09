using ITContrast.Negatives;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// ITContrast's cost function: it "comprehensively combines the knowledge of positives, negatives and synthesised hard negatives" [A]; the formula is this
/// project's reading [I].
/// <code>
///   InfoNCE   L_q = −log  e^{s⁺/τ} / ( e^{s⁺/τ} + Σ_j e^{(s_j+m)/τ} + λ·Σ_g e^{(q·h_g+m)/τ} )
///   triplet   L_q = [ α + max( max_j s_j , max_g q·h_g ) − s⁺ ]₊                                    (λ = 0: without h)
///   HCL       L_q = −log  e^{s⁺/τ} / ( e^{s⁺/τ} + N_g ),   N_g = max( (R − τ⁺·N·e^{s⁺/τ})/(1−τ⁺) , N·e^{−1/τ} ),
///             R   = Σ_j e^{β·x_j}·e^{x_j} / mean_j e^{β·x_j},   x = (s+m)/τ over real and synthesised negatives
///   L = ½ (mean_images L_q + mean_captions L_q)
/// </code>
/// With λ = 0 the first is the symmetric InfoNCE. HCL: Robinson et al., ICLR 2021 [V]; per direction and per anchor over unmasked negatives [I].
/// An anchor without any negative contributes 0 (the triplet form too).
/// </summary>
public sealed class HardNegativeLoss : nn.Module, IPairLoss
{
    private readonly HardNegativeLossOptions options;
    private readonly Temperature temperature;

    /// <summary>Creates the loss.</summary>
    public HardNegativeLoss(HardNegativeLossOptions options) : base(nameof(HardNegativeLoss))
    {
        this.options = options.Validated();
        temperature = new Temperature(options.Temperature, options.LearnTemperature);
        RegisterComponents();
    }

    /// <summary>
    /// The value at which a collapsed model sits (all scores equal), with N negatives and G synthesised ones per anchor: a run that stays there learns nothing.
    /// InfoNCE and HCL with m = 0: ln(1 + N + λG) and ln(1 + N + G); triplet: α.
    /// </summary>
    public double Plateau(int negatives, int synthesised) => options.Form switch
    {
        LossForm.Triplet => options.Margin,
        LossForm.Hcl => Math.Log(1 + negatives + synthesised),
        _ => Math.Log(1 + negatives + options.Lambda * synthesised),
    };

    /// <inheritdoc/>
    public LossResult Compute(Scores scores, SyntheticScores? synthetic = null)
    {
        if (options.Form == LossForm.InfoNce && Fused(scores, synthetic) is { } fused) return fused;
        return Composed(scores, synthetic);
    }

    // InfoNCE as one node of the graph, where this torch can; what follows it is its oracle.
    private LossResult? Fused(Scores scores, SyntheticScores? synthetic)
    {
        var made = options.Lambda == 0 ? null : synthetic;
        var scale = options.LearnTemperature ? temperature.Scale() : tensor((float)(1 / options.Temperature));
        var contrast = SquareContrast.Of(scores.Matrix, scores.Mask, made?.ImageAnchors, made?.CaptionAnchors, scale, options.Margin, options.Lambda);
        if (contrast is null) return null;
        var diagnostics = new Dictionary<string, Tensor>
        {
            ["violations"] = tensor((float)contrast.Violations), ["effective-negatives"] = tensor((float)contrast.Effective),
            ["synthetic-mass"] = tensor((float)contrast.Synthetic), ["temperature"] = scale.detach().reciprocal(),
        };
        return new(contrast.Value, diagnostics) { Collapse = Collapse.Of(scores, contrast.Value, tensor(contrast.Plateau)) };
    }

    /// <summary>The same, whatever the form, type and device, in libtorch's own operations.</summary>
    internal LossResult Composed(Scores scores, SyntheticScores? synthetic = null)
    {
        var images = Side(Direction.OfImages(scores), synthetic?.ImageAnchors);
        var captions = Side(Direction.OfCaptions(scores), synthetic?.CaptionAnchors);
        var diagnostics = new Dictionary<string, Tensor>(LossDiagnostics.Mean(images.Diagnostics, captions.Diagnostics));
        diagnostics["temperature"] = temperature.Scale().detach().reciprocal();
        var value = (images.Value + captions.Value) / 2;
        return new(value, diagnostics) { Collapse = Collapse.Of(scores, value, Plateau(scores, synthetic)) };
    }

    // The batch's own N_i and G_i: same-image pairs are masked, and some negatives could not be made.
    private Tensor Plateau(Scores scores, SyntheticScores? synthetic)
    {
        using var _ = no_grad();
        var negatives = scores.Mask.logical_not().to(float64);
        Tensor Side(int dimension, Tensor? synthesised)
        {
            var count = SyntheticTerm.Count(negatives.sum(dimension), synthesised, options.Form == LossForm.Hcl ? 1 : options.Lambda);
            if (options.Form == LossForm.Triplet) return (count > 0).to(float64).mean() * options.Margin;
            return (options.Form == LossForm.Hcl ? count : count * (temperature.Scale().to(float64) * options.Margin).exp()).log1p().mean();
        }
        return (Side(1, synthetic?.ImageAnchors) + Side(0, synthetic?.CaptionAnchors)) / 2;
    }

    private (Tensor Value, IReadOnlyDictionary<string, Tensor> Diagnostics) Side(Direction direction, Tensor? synthesised)
    {
        if (options.Lambda == 0 && options.Form != LossForm.Hcl) synthesised = null;
        var negatives = direction.Negatives;
        var all = synthesised is null ? negatives : cat([negatives, synthesised], 1);
        var positives = direction.Positives;
        if (options.Form == LossForm.Triplet)
        {
            var hinge = (all.max(1).values + options.Margin - positives).clamp(min: 0);
            return (hinge.mean(), LossDiagnostics.Of(negatives, synthesised, positives, HardestOnly(all, hinge)));
        }
        // A fixed τ divides as a number, so that float64 scores keep their precision.
        var scale = options.LearnTemperature ? temperature.Scale().to(positives.dtype) : null;
        Tensor Scaled(Tensor s) => scale is null ? s / options.Temperature : s * scale;

        // What is masked is left out of the product: a learned scale's gradient would meet 0 · (−inf) there.
        var masked = all == double.NegativeInfinity;
        var x = Scaled(all.masked_fill(masked, 0.0) + options.Margin).masked_fill(masked, double.NegativeInfinity);
        if (options.Form == LossForm.Hcl) x = HclLogits(x, Scaled(positives), Scaled(ones_like(positives)));
        else if (synthesised is not null && options.Lambda != 1)
            x = cat([x.narrow(1, 0, direction.KeyCount), SyntheticTerm.Weighted(x.narrow(1, direction.KeyCount, synthesised.shape[1]), options.Lambda)!], 1);
        var logits = cat([Scaled(positives).unsqueeze(1), x], 1);
        var value = logits.logsumexp(1) - Scaled(positives);
        var weights = logits.detach().softmax(1);
        var share = options.Form == LossForm.Hcl ? null : weights.narrow(1, 1, all.shape[1]);
        return (value.mean(), LossDiagnostics.Of(negatives, synthesised, positives, share));
    }

    // One logit, log N_g: HCL puts a single reweighted term beside the positive.
    private Tensor HclLogits(Tensor x, Tensor positive, Tensor one)
    {
        var finite = x.isfinite();
        var count = finite.sum(1).to(x.dtype);
        var logMeanImportance = (x * options.Beta).masked_fill(finite.logical_not(), double.NegativeInfinity).logsumexp(1) - count.log();
        var reweighted = ((x * (1 + options.Beta)).masked_fill(finite.logical_not(), double.NegativeInfinity).logsumexp(1) - logMeanImportance).exp();
        var debiased = (reweighted - count * positive.exp() * options.FalseNegativeShare) / (1 - options.FalseNegativeShare);
        var total = maximum(debiased, count * (-one).exp());
        var none = count == 0;
        return total.masked_fill(none, 1.0).log().masked_fill(none, double.NegativeInfinity).unsqueeze(1);
    }

    private static Tensor HardestOnly(Tensor all, Tensor hinge)
    {
        var hardest = zeros_like(all).scatter(1, all.argmax(1, true), ones_like(all));
        return hardest * (hinge > 0).to(all.dtype).unsqueeze(1);
    }
}
