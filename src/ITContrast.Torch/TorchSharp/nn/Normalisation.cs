using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static LayerNorm LayerNorm(
            long[] normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

        public static LayerNorm LayerNorm(
            long normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new([normalized_shape], eps, elementwise_affine, bias, device, dtype);

        public static GroupNorm GroupNorm(
            long num_groups, long num_channels, double eps = 1e-05, bool affine = true, Device? device = null, ScalarType? dtype = null) =>
            new(num_groups, num_channels, eps, affine, device, dtype);

        /// <summary>Batch normalisation of [N, C] or [N, C, L]; a momentum of null averages all batches equally.</summary>
        public static BatchNorm1d BatchNorm1d(
            long num_features, double eps = 1e-05, double? momentum = 0.1, bool affine = true, bool track_running_stats = true, Device? device = null,
            ScalarType? dtype = null) =>
            new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

        /// <summary>Batch normalisation of [N, C, H, W]; a momentum of null averages all batches equally.</summary>
        public static BatchNorm2d BatchNorm2d(
            long num_features, double eps = 1e-05, double? momentum = 0.1, bool affine = true, bool track_running_stats = true, Device? device = null,
            ScalarType? dtype = null) =>
            new(num_features, eps, momentum, affine, track_running_stats, device, dtype);
    }
}
