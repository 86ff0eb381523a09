namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The first rate times a factor that goes straight from one value to another.</summary>

                public sealed class LinearLR : LRScheduler
                {
                    private readonly double start;
                    private readonly double end;
                    private readonly int total;

                    internal LinearLR(Optimizer optimizer, double start_factor, double end_factor, int total_iters, int last_epoch)
                        : base(optimizer, last_epoch)
                    {
                        if (!(start_factor > 0 && start_factor <= 1))
                            throw new ArgumentOutOfRangeException(
                                nameof(start_factor), start_factor, "The first factor lies above 0 and at most at 1.");
                        if (!(end_factor >= 0 && end_factor <= 1))
                            throw new ArgumentOutOfRangeException(nameof(end_factor), end_factor, "The last factor lies between 0 and 1.");
                        if (total_iters <= 0)
                            throw new ArgumentOutOfRangeException(nameof(total_iters), total_iters, "LinearLR needs one epoch or more.");
                        (start, end, total) = (start_factor, end_factor, total_iters);
                        Start();
                    }

                    private protected override double Rate(int group, double current)
                    {
                        if (Epoch == 0) return current * start;
                        if (Epoch > total) return current;
                        return current * (1 + (end - start) / (total * start + (Epoch - 1) * (end - start)));
                    }

                    private protected override double ClosedForm(int group) =>
                        BaseRates[group] * (start + (end - start) * Math.Min(total, Epoch) / total);
                }
            }

            /// <summary>The first rate times a factor that goes straight from <paramref name="start_factor"/> to <paramref name="end_factor"/>.</summary>
            public static LRScheduler LinearLR(
                Optimizer optimizer,
                double start_factor = 1.0 / 3.0,
                double end_factor = 1.0,
                int total_iters = 5,
                int last_epoch = -1,
                bool verbose = false) => new impl.LinearLR(optimizer, start_factor, end_factor, total_iters, last_epoch);
        }
    }
}
