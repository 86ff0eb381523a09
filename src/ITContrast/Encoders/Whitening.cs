using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// A fixed linear map that decorrelates features, fitted once on training images. Hand-made features are so correlated that gradient
/// descent from them needs many times the steps.
/// <code>
///   z = c · diag(λ_k + r·λ̄)^(−1/2) · Uᵀ (x − μ)        C = U·diag(λ)·Uᵀ, the K largest        c: mean z² = 1 over the training rows
/// </code>
/// The ridge r keeps directions of little variance, mostly noise, from growing to full size.
/// Buffers <c>mean</c> [F] and <c>projection</c> [F, K] travel with the model.
/// </summary>
public sealed class Whitening : nn.Module<Tensor, Tensor>
{
    private readonly Tensor mean, projection;

    /// <summary>An empty map, to be filled from a checkpoint.</summary>
    /// <param name="features">F.</param>
    /// <param name="kept">K ≤ F.</param>
    public Whitening(long features, long kept) : base(nameof(Whitening))
    {
        (mean, projection) = (zeros(features), zeros(features, kept));
        register_buffer("mean", mean);
        register_buffer("projection", projection);
    }

    /// <summary>K, the width of the result.</summary>
    public long Width => projection.shape[1];

    /// <summary>Fits the map.</summary>
    /// <param name="rows"><c>[N, R, D_r]</c>, the regions of the training images, N ≥ 2.</param>
    /// <param name="blocks">Widths of the kinds of features within a region (colours, gradients, …), sum D_r. Each is scaled to the same total
    /// variance.</param>
    /// <param name="ridge">r ≥ 0.</param>
    /// <param name="perRegion">Directions kept of each region before regions are joined; it bounds the size of the joint problem.</param>
    /// <exception cref="ShapeException">Rows are not <c>[N, R, D_r]</c> or the blocks do not add up to D_r.</exception>
    public void Fit(Tensor rows, IReadOnlyList<int> blocks, double ridge = 1, int perRegion = 64)
    {
        if (rows.ndim != 3 || rows.shape[0] < 2 || rows.shape[1] * rows.shape[2] != mean.shape[0])
            throw ShapeException.Of("training regions", $"N, R, D_r with N ≥ 2 and R·D_r = {mean.shape[0]}", rows.shape);
        if (blocks.Sum() != rows.shape[2])
            throw ShapeException.Of("blocks of a region's features", $"widths that add up to {rows.shape[2]}", blocks.Select(b => (long)b));
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (long n, long regions, long width) = (rows.shape[0], rows.shape[1], rows.shape[2]);
        Tensor centre = rows.mean([0], keepdim: true), x = rows - centre;
        Tensor scale = BlockScales(x, blocks);
        x = x * scale;
        // Each region on its own first, [R, D_r, k]: the joint covariance of all features would be too large for a quick decomposition.
        Tensor byRegion = x.permute(1, 0, 2).contiguous();
        (_, Tensor local) = Largest(byRegion.transpose(1, 2).matmul(byRegion) / n, Math.Min(perRegion, width));
        Tensor joined = byRegion.matmul(local).permute(1, 0, 2).flatten(1);
        (Tensor values, Tensor joint) = Largest(joined.transpose(0, 1).matmul(joined) / n, Math.Min(Width, joined.shape[1]));
        Tensor whitened = joint * (values + values.mean() * ridge).clamp(min: 1e-12).rsqrt();
        Tensor full = local.matmul(whitened.view(regions, -1, whitened.shape[1])) * scale.view(1, width, 1);
        Tensor flat = full.reshape(regions * width, -1);
        Tensor size = joined.matmul(whitened).square().mean().sqrt().clamp(min: 1e-12);
        mean.copy_(centre.flatten());
        projection.zero_();
        projection.narrow(1, 0, flat.shape[1]).copy_(flat / size);
    }

    /// <param name="regions"><c>[N, R, D_r]</c> or <c>[N, F]</c>.</param>
    /// <returns><c>[N, K]</c>.</returns>
    public override Tensor forward(Tensor regions)
    {
        using DisposeScope scope = NewDisposeScope();
        return (regions.flatten(1) - mean).matmul(projection).MoveToOuterDisposeScope();
    }

    /// <summary>What each region adds to the result: <c>z_k</c> with <c>Σ_k z_k = z</c>.</summary>
    /// <param name="regions"><c>[N, R, D_r]</c>.</param>
    /// <returns><c>[N, R, K]</c>.</returns>
    internal Tensor Shares(Tensor regions)
    {
        using DisposeScope scope = NewDisposeScope();
        (long count, long width) = (regions.shape[1], regions.shape[2]);
        Tensor centred = (regions - mean.view(1, count, width)).transpose(0, 1);
        return centred.matmul(projection.view(count, width, -1)).transpose(0, 1).contiguous().MoveToOuterDisposeScope();
    }

    private static Tensor BlockScales(Tensor centred, IReadOnlyList<int> blocks)
    {
        List<Tensor> scales = [];
        long at = 0;
        foreach (int block in blocks)
        {
            Tensor variance = centred.narrow(2, at, block).square().mean([0]).sum();
            scales.Add(variance.clamp(min: 1e-12).rsqrt().expand(block));
            at += block;
        }
        return cat(scales.ToArray(), 0).view(1, 1, -1);
    }

    // Eigenvalues ascend; the last are the largest. Float64, since a covariance squares the condition number.
    private static (Tensor Values, Tensor Vectors) Largest(Tensor covariance, long count)
    {
        (Tensor values, Tensor vectors) = linalg.eigh(covariance.to(float64));
        long first = values.shape[^1] - count;
        return (values.narrow(-1, first, count).to(float32), vectors.narrow(-1, first, count).to(float32));
    }
}
