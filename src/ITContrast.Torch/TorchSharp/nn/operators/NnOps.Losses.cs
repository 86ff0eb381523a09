using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Losses; reductions are 0 none, 1 mean, 2 sum.</summary>
internal static partial class NnOps
{
    private static readonly Operator OpCrossEntropyLoss = new("cross_entropy_loss(self, target, weight, reduction, ignore_index, label_smoothing)");
    private static readonly Operator OpNllLoss = new("nll_loss_nd(self, target, weight, reduction, ignore_index)");
    private static readonly Operator OpMseLoss = new("mse_loss(self, target, reduction)");
    private static readonly Operator OpL1Loss = new("l1_loss(self, target, reduction)");
    private static readonly Operator OpSmoothL1Loss = new("smooth_l1_loss(self, target, reduction, beta)");
    private static readonly Operator OpHuberLoss = new("huber_loss(self, target, reduction, delta)");
    private static readonly Operator OpBinaryCrossEntropy = new("binary_cross_entropy(self, target, weight, reduction)");
    private static readonly Operator OpBinaryCrossEntropyWithLogits = new("binary_cross_entropy_with_logits(self, target, weight, pos_weight, reduction)");
    private static readonly Operator OpKlDiv = new("kl_div(self, target, reduction, log_target)");
    private static readonly Operator OpMarginRankingLoss = new("margin_ranking_loss(input1, input2, target, margin, reduction)");
    private static readonly Operator OpCosineEmbeddingLoss = new("cosine_embedding_loss(input1, input2, target, margin, reduction)");
    private static readonly Operator OpTripletMarginLoss = new("triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, reduction)");

    public static Tensor cross_entropy_loss(
        Tensor self, Tensor target, Tensor? weight, long reduction, long ignore_index, double label_smoothing) =>
        OpCrossEntropyLoss.Call(self, target, weight, reduction, ignore_index, label_smoothing);

    public static Tensor nll_loss(Tensor self, Tensor target, Tensor? weight, long reduction, long ignore_index) =>
        OpNllLoss.Call(self, target, weight, reduction, ignore_index);

    public static Tensor mse_loss(Tensor self, Tensor target, long reduction) => OpMseLoss.Call(self, target, reduction);

    public static Tensor l1_loss(Tensor self, Tensor target, long reduction) => OpL1Loss.Call(self, target, reduction);

    public static Tensor smooth_l1_loss(Tensor self, Tensor target, long reduction, double beta) =>
        OpSmoothL1Loss.Call(self, target, reduction, beta);

    public static Tensor huber_loss(Tensor self, Tensor target, long reduction, double delta) =>
        OpHuberLoss.Call(self, target, reduction, delta);

    public static Tensor binary_cross_entropy(Tensor self, Tensor target, Tensor? weight, long reduction) =>
        OpBinaryCrossEntropy.Call(self, target, weight, reduction);

    public static Tensor binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight, Tensor? pos_weight, long reduction) =>
        OpBinaryCrossEntropyWithLogits.Call(self, target, weight, pos_weight, reduction);

    public static Tensor kl_div(Tensor self, Tensor target, long reduction, bool log_target) =>
        OpKlDiv.Call(self, target, reduction, log_target);

    public static Tensor margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, double margin, long reduction) =>
        OpMarginRankingLoss.Call(input1, input2, target, margin, reduction);

    public static Tensor cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, double margin, long reduction) =>
        OpCosineEmbeddingLoss.Call(input1, input2, target, margin, reduction);

    public static Tensor triplet_margin_loss(
        Tensor anchor, Tensor positive, Tensor negative, double margin, double p, double eps, bool swap, long reduction) =>
        OpTripletMarginLoss.Call(anchor, positive, negative, margin, p, eps, swap, reduction);
}
