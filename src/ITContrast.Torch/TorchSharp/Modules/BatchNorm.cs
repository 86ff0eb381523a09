using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Normalises each channel over the batch (and space) while training, and by running statistics in evaluation.
/// running ← (1 − momentum)·running + momentum·batch, the running variance with Bessel's correction.
/// </summary>
public abstract class BatchNorm : nn.Module<Tensor, Tensor>
{
    private readonly double? momentum;

    private protected BatchNorm(
        string name, long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype) : base(name)
    {
        LayerChecks.Positive(name, ("num_features", num_features));
        this.num_features = num_features;
        this.eps = eps;
        this.momentum = momentum;
        weight = affine ? new Parameter(ones([num_features], dtype, device)) : null;
        bias = affine ? new Parameter(zeros([num_features], dtype, device)) : null;
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
        if (!track_running_stats) return;
        running_mean = zeros([num_features], dtype, device);
        running_var = ones([num_features], dtype, device);
        num_batches_tracked = tensor(0L, device: device);
        register_buffer(nameof(running_mean), running_mean);
        register_buffer(nameof(running_var), running_var);
        register_buffer(nameof(num_batches_tracked), num_batches_tracked);
    }

    public long num_features { get; }

    public double eps { get; }

    public Parameter? weight { get; }

    public Parameter? bias { get; }

    public Tensor? running_mean { get; }

    public Tensor? running_var { get; }

    public Tensor? num_batches_tracked { get; }

    /// <summary>Forgets the running statistics.</summary>
    public void reset_running_stats()
    {
        if (running_mean is null) return;
        using var guard = no_grad();
        running_mean.zero_();
        running_var!.fill_(1);
        num_batches_tracked!.zero_();
    }

    private protected abstract bool Accepts(long dimensions);

    private protected abstract string Expected { get; }

    public override Tensor forward(Tensor input)
    {
        if (!Accepts(input.ndim))
            throw new ArgumentException($"{GetName()} expects {Expected}, but the input is [{string.Join(", ", input.shape)}].", nameof(input));
        if (training && input.numel() == input.shape[1])
            throw new ArgumentException(
                $"{GetName()} has no variance to divide by: the input [{string.Join(", ", input.shape)}] has one value a channel. Train on larger batches, or call eval().",
                nameof(input));
        var factor = momentum ?? 0;
        if (training && num_batches_tracked is not null)
        {
            using var guard = no_grad();
            num_batches_tracked.add_(1);
            if (momentum is null) factor = 1.0 / num_batches_tracked.item<long>();
        }
        return NnOps.batch_norm(input, weight, bias, running_mean, running_var, training || running_mean is null, factor, eps);
    }
}

/// <summary>Batch normalisation of <c>[N, C]</c> or <c>[N, C, L]</c>.</summary>
public sealed class BatchNorm1d : BatchNorm
{
    internal BatchNorm1d(long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
        : base(nameof(BatchNorm1d), num_features, eps, momentum, affine, track_running_stats, device, dtype)
    {
    }

    private protected override bool Accepts(long dimensions) => dimensions is 2 or 3;

    private protected override string Expected => "[N, C] or [N, C, L]";
}

/// <summary>Batch normalisation of <c>[N, C, H, W]</c>.</summary>
public sealed class BatchNorm2d : BatchNorm
{
    internal BatchNorm2d(long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
        : base(nameof(BatchNorm2d), num_features, eps, momentum, affine, track_running_stats, device, dtype)
    {
    }

    private protected override bool Accepts(long dimensions) => dimensions is 4;

    private protected override string Expected => "[N, C, H, W]";
}
