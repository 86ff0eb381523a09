using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The operators of layers with weights.</summary>
internal static partial class NnOps
{
    private static readonly Operator OpLinear = new("linear(input, weight, bias)");
    private static readonly Operator OpEmbedding = new("embedding(weight, indices, padding_idx, scale_grad_by_freq, sparse)");
    private static readonly Operator OpEmbeddingRenormInPlace = new("embedding_renorm_(self, indices, max_norm, norm_type)");
    private static readonly Operator OpLayerNorm = new("layer_norm(input, normalized_shape, weight, bias, eps)");
    private static readonly Operator OpGroupNorm = new("group_norm(input, num_groups, weight, bias, eps)");
    private static readonly Operator OpBatchNorm = new("batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, cudnn_enabled)");
    private static readonly Operator OpDropout = new("dropout(input, p, train)");
    private static readonly Operator OpDropoutInPlace = new("dropout_(self, p, train)");
    private static readonly Operator OpNorm = new("norm.ScalarOpt_dim(self, p, dim, keepdim)");
    private static readonly Operator OpCosineSimilarity = new("cosine_similarity(x1, x2, dim, eps)");
    private static readonly Operator OpOneHot = new("one_hot(self, num_classes)");
    private static readonly Operator OpPad = new("pad(self, pad, mode, value)");
    private static readonly Operator OpSetData = new("set_data(self, new_data)");

    public static Tensor linear(Tensor input, Tensor weight, Tensor? bias) => OpLinear.Call(input, weight, bias);

    public static Tensor embedding(Tensor weight, Tensor indices, long padding_idx, bool scale_grad_by_freq, bool sparse) =>
        OpEmbedding.Call(weight, indices, padding_idx, scale_grad_by_freq, sparse);

    public static void embedding_renorm_(Tensor self, Tensor indices, double max_norm, double norm_type) =>
        OpEmbeddingRenormInPlace.Call(self, indices, max_norm, norm_type).Dispose();

    public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight, Tensor? bias, double eps) =>
        OpLayerNorm.Call(input, Arg.Ints(normalized_shape), weight, bias, eps);

    public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight, Tensor? bias, double eps) =>
        OpGroupNorm.Call(input, num_groups, weight, bias, eps);

    public static Tensor batch_norm(
        Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, double momentum, double eps) =>
        OpBatchNorm.Call(input, weight, bias, running_mean, running_var, training, momentum, eps, true);

    public static Tensor dropout(Tensor input, double p, bool train) => OpDropout.Call(input, p, train);

    public static Tensor dropout_(Tensor input, double p, bool train) => OpDropoutInPlace.Call(input, p, train);

    public static Tensor norm(Tensor self, double p, long dim, bool keepdim) => OpNorm.Call(self, p, Arg.Ints([dim]), keepdim);

    public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim, double eps) =>
        OpCosineSimilarity.Call(x1, x2, dim, eps);

    public static Tensor one_hot(Tensor self, long num_classes) => OpOneHot.Call(self, num_classes);

    public static Tensor pad(Tensor self, long[] pad, string mode, double? value) =>
        OpPad.Call(self, Arg.Ints(pad), mode, Arg.Optional(value));

    public static void set_data(Tensor self, Tensor new_data) => OpSetData.Run(self, new_data);
}
