using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>A loss of a prediction and a target.</summary>
public abstract class Loss(string name, Reduction reduction) : nn.Module<Tensor, Tensor, Tensor>(name)
{
    public Reduction reduction { get; } = reduction;
}

/// <summary>A loss of three tensors.</summary>
public abstract class TripleLoss(string name, Reduction reduction) : nn.Module<Tensor, Tensor, Tensor, Tensor>(name)
{
    public Reduction reduction { get; } = reduction;
}

/// <summary>−log softmax(input)[target]; as in TorchSharp without label smoothing, which the function form has.</summary>
public sealed class CrossEntropyLoss : Loss
{
    private readonly Tensor? weight;
    private readonly long ignoreIndex;

    internal CrossEntropyLoss(Tensor? weight, long? ignore_index, Reduction reduction) : base(nameof(CrossEntropyLoss), reduction)
    {
        this.weight = weight?.alias();
        ignoreIndex = ignore_index ?? -100;
        if (this.weight is not null) register_buffer(nameof(weight), this.weight);
    }

    public override Tensor forward(Tensor input, Tensor target) => functional.cross_entropy(input, target, weight, ignoreIndex, reduction);
}

/// <summary>(x − y)².</summary>
public sealed class MSELoss(Reduction reduction = Reduction.Mean) : Loss(nameof(MSELoss), reduction)
{
    public override Tensor forward(Tensor input, Tensor target) => functional.mse_loss(input, target, reduction);
}

/// <summary>|x − y|.</summary>
public sealed class L1Loss(Reduction reduction = Reduction.Mean) : Loss(nameof(L1Loss), reduction)
{
    public override Tensor forward(Tensor input, Tensor target) => functional.l1_loss(input, target, reduction);
}

/// <summary>Quadratic below β, absolute above.</summary>
public sealed class SmoothL1Loss(Reduction reduction = Reduction.Mean, double beta = 1) : Loss(nameof(SmoothL1Loss), reduction)
{
    public override Tensor forward(Tensor input, Tensor target) => functional.smooth_l1_loss(input, target, reduction, beta);
}

/// <summary>−t·log σ(x) − (1 − t)·log(1 − σ(x)).</summary>
public sealed class BCEWithLogitsLoss : Loss
{
    private readonly Tensor? weight;
    private readonly Tensor? posWeights;

    internal BCEWithLogitsLoss(Tensor? weight, Reduction reduction, Tensor? pos_weights) : base(nameof(BCEWithLogitsLoss), reduction)
    {
        this.weight = weight?.alias();
        posWeights = pos_weights?.alias();
        if (this.weight is not null) register_buffer(nameof(weight), this.weight);
        if (posWeights is not null) register_buffer(nameof(pos_weights), posWeights);
    }

    public override Tensor forward(Tensor input, Tensor target) =>
        functional.binary_cross_entropy_with_logits(input, target, weight, reduction, posWeights);
}

/// <summary>Kullback-Leibler divergence from log-probabilities; see the function form for <c>log_target</c>.</summary>
public sealed class KLDivLoss(bool log_target = true, Reduction reduction = Reduction.Mean) : Loss(nameof(KLDivLoss), reduction)
{
    public override Tensor forward(Tensor input, Tensor target) => functional.kl_div(input, target, log_target, reduction);
}

/// <summary>max(0, −y(x₁ − x₂) + margin).</summary>
public sealed class MarginRankingLoss(double margin = 0, Reduction reduction = Reduction.Mean) : TripleLoss(nameof(MarginRankingLoss), reduction)
{
    public override Tensor forward(Tensor input1, Tensor input2, Tensor target) =>
        functional.margin_ranking_loss(input1, input2, target, margin, reduction);
}

/// <summary>1 − cos where y = 1, max(0, cos − margin) where y = −1.</summary>
public sealed class CosineEmbeddingLoss(double margin = 0, Reduction reduction = Reduction.Mean) : TripleLoss(nameof(CosineEmbeddingLoss), reduction)
{
    public override Tensor forward(Tensor input1, Tensor input2, Tensor target) =>
        functional.cosine_embedding_loss(input1, input2, target, margin, reduction);
}

/// <summary>max(0, ‖a − p‖ − ‖a − n‖ + margin).</summary>
public sealed class TripletMarginLoss(double margin = 1, long p = 2, double eps = 1e-6, bool swap = false, Reduction reduction = Reduction.Mean)
    : TripleLoss(nameof(TripletMarginLoss), reduction)
{
    public override Tensor forward(Tensor anchor, Tensor positive, Tensor negative) =>
        functional.triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, reduction);
}
