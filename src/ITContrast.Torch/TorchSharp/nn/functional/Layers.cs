namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => NnOps.linear(input, weights, bias);

            /// <summary>Zeroes with probability p and scales the rest by 1/(1 − p), from the global generator.</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                Modules.LayerChecks.Probability(nameof(dropout), p);
                return inplace ? InPlace(input, NnOps.dropout_(input, p, training)) : NnOps.dropout(input, p, training);
            }

            public static Tensor embedding(
                Tensor x,
                Tensor weight,
                long? padding_idx = null,
                double? max_norm = null,
                double norm_type = 2.0,
                bool scale_grad_by_freq = false,
                bool sparse = false)
            {
                var padding = padding_idx is { } index ? (index < 0 ? index + weight.shape[0] : index) : -1;
                if (max_norm is { } bound)
                {
                    using var guard = no_grad();
                    using var indices = x.contiguous();
                    NnOps.embedding_renorm_(weight, indices, bound, norm_type);
                }
                return NnOps.embedding(weight, x, padding, scale_grad_by_freq, sparse);
            }

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                NnOps.layer_norm(input, normalized_shape, weight, bias, eps);

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                NnOps.group_norm(input, num_groups, weight, bias, eps);

            public static Tensor batch_norm(
                Tensor input, Tensor running_mean, Tensor running_var, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1,
                double eps = 1e-05) =>
                NnOps.batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps);

            /// <summary>x / max(‖x‖ₚ, ε) along a dimension.</summary>
            public static Tensor normalize(Tensor input, double p = 2.0, long dim = 1, double eps = 1e-12)
            {
                using var scope = NewDisposeScope();
                var norm = NnOps.norm(input, p, dim, true);
                return (input / norm.clamp_min(eps).expand_as(input)).MoveToOuterDisposeScope();
            }

            /// <summary>x₁·x₂ / max(‖x₁‖‖x₂‖, ε) along a dimension.</summary>
            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-8) =>
                NnOps.cosine_similarity(x1, x2, dim, eps);

            /// <summary>int64 <c>[…]</c> to zeros and ones <c>[…, classes]</c>; −1 takes as many classes as the largest index needs.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => NnOps.one_hot(x, num_classes);

            /// <param name="input">What to extend.</param>
            /// <param name="pad">Sizes from the last dimension to the first, front and back of each.</param>
            /// <param name="mode">What the new elements hold.</param>
            /// <param name="value">For <see cref="PaddingModes.Constant"/>.</param>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                var name = mode switch
                {
                    PaddingModes.Reflect => "reflect",
                    PaddingModes.Replicate => "replicate",
                    PaddingModes.Circular => "circular",
                    _ => "constant",
                };
                return NnOps.pad(input, pad, name, name == "constant" ? value : null);
            }
        }
    }
}
