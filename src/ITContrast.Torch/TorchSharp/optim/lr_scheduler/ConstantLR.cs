namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The first rate times a factor, for some epochs; the first rate itself afterwards.</summary>

                public sealed class ConstantLR : LRScheduler
                {
                    private readonly double factor;
                    private readonly int total;

                    internal ConstantLR(Optimizer optimizer, double factor, int total_iters, int last_epoch) : base(optimizer, last_epoch)
                    {
                        if (!(factor > 0 && factor <= 1))
                            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor lies above 0 and at most at 1.");
                        this.factor = factor;
                        total = total_iters;
                        Start();
                    }

                    private protected override double Rate(int group, double current) =>
                        Epoch == 0 ? current * factor : Epoch == total ? current * (1 / factor) : current;

                    private protected override double ClosedForm(int group) => BaseRates[group] * (Epoch >= total ? 1 : factor);
                }
            }

            /// <summary>The first rate times <paramref name="factor"/> for <paramref name="total_iters"/> epochs.</summary>
            public static LRScheduler ConstantLR(
                Optimizer optimizer, double factor = 1.0 / 3, int total_iters = 5, int last_epoch = -1, bool verbose = false
            ) => new impl.ConstantLR(optimizer, factor, total_iters, last_epoch);
        }
    }
}
