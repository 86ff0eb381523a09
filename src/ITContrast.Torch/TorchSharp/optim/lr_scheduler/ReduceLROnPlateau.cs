namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Times a factor when a metric has not improved for some epochs. NaN never counts as an improvement.</summary>
                public sealed class ReduceLROnPlateau : LRScheduler
                {
                    private readonly bool lowerIsBetter;
                    private readonly bool relative;
                    private readonly double factor;
                    private readonly double threshold;
                    private readonly int patience;
                    private readonly int cooldown;
                    private readonly double[] lowest;
                    private readonly double smallestChange;
                    private double best;
                    private int badEpochs;
                    private int cooling;

                    internal ReduceLROnPlateau(
                        Optimizer optimizer,
                        string mode,
                        double factor,
                        int patience,
                        double threshold,
                        string threshold_mode,
                        int cooldown,
                        IList<double>? min_lr,
                        double eps)
                        : base(optimizer)
                    {
                        if (!(factor < 1)) throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor must be below 1.");
                        if (mode is not ("min" or "max")) throw new ArgumentException($"mode is 'min' or 'max', not '{mode}'.", nameof(mode));
                        if (threshold_mode is not ("rel" or "abs"))
                            throw new ArgumentException($"threshold_mode is 'rel' or 'abs', not '{threshold_mode}'.", nameof(threshold_mode));
                        (lowerIsBetter, relative) = (mode == "min", threshold_mode == "rel");
                        (this.factor, this.threshold, this.patience, this.cooldown, smallestChange) = (factor, threshold, patience, cooldown, eps);
                        lowest = min_lr is null ? new double[Groups.Count] : min_lr.Count == 1 ? [.. Enumerable.Repeat(min_lr[0], Groups.Count)] : [.. min_lr];
                        if (lowest.Length != Groups.Count)
                            throw new ArgumentException(
                                $"Expected one min_lr, or one for each of {Groups.Count} groups; found {lowest.Length}.", nameof(min_lr));
                        best = lowerIsBetter ? double.PositiveInfinity : double.NegativeInfinity;
                        Epoch = 0;
                    }

                    public override void step(int? epoch = null) =>
                        throw new InvalidOperationException("ReduceLROnPlateau looks at a metric: call step(metric).");

                    /// <summary>Looks at the epoch's metric.</summary>
                    public override void step(double current, int? epoch = null)
                    {
                        Epoch = epoch ?? Epoch + 1;
                        if (IsBetter(current)) (best, badEpochs) = (current, 0);
                        else badEpochs++;
                        if (cooling > 0) (cooling, badEpochs) = (cooling - 1, 0);
                        if (badEpochs <= patience) return;
                        for (var i = 0; i < Groups.Count; i++) Groups[i].LearningRate = Rate(i, Groups[i].LearningRate);
                        (cooling, badEpochs) = (cooldown, 0);
                    }

                    private protected override double Rate(int group, double current)
                    {
                        var reduced = Math.Max(current * factor, lowest[group]);
                        return current - reduced > smallestChange ? reduced : current;
                    }

                    private bool IsBetter(double metric) => (lowerIsBetter, relative) switch
                    {
                        (true, true) => metric < best * (1.0 - threshold),
                        (true, false) => metric < best - threshold,
                        (false, true) => metric > best * (threshold + 1.0),
                        _ => metric > best + threshold,
                    };
                }
            }

            /// <summary>
            /// Times <paramref name="factor"/> when the metric given to <c>step</c> has not improved for more than <paramref name="patience"/> epochs.
            /// </summary>
            public static LRScheduler ReduceLROnPlateau(
                Optimizer optimizer,
                string mode = "min",
                double factor = 0.1,
                int patience = 10,
                double threshold = 1e-4,
                string threshold_mode = "rel",
                int cooldown = 0,
                IList<double>? min_lr = null, double eps = 1e-8, bool verbose = false) =>
                new impl.ReduceLROnPlateau(optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps);
        }
    }
}
