namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>η_t = η_0 (1 − t/T)^power until T, then 0.</summary>

                public sealed class PolynomialLR : LRScheduler
                {
                    private readonly int total;
                    private readonly double power;

                    internal PolynomialLR(Optimizer optimizer, int total_iters, double power, int last_epoch) : base(optimizer, last_epoch)
                    {
                        if (total_iters <= 0)
                            throw new ArgumentOutOfRangeException(nameof(total_iters), total_iters, "PolynomialLR needs one epoch or more.");
                        total = total_iters;
                        this.power = power;
                        Start();
                    }

                    private protected override double Rate(int group, double current)
                    {
                        if (Epoch == 0 || Epoch > total) return current;
                        return current * Math.Pow((1.0 - (double)Epoch / total) / (1.0 - (double)(Epoch - 1) / total), power);
                    }

                    private protected override double ClosedForm(int group) =>
                        BaseRates[group] * Math.Pow(1.0 - (double)Math.Min(total, Epoch) / total, power);
                }
            }

            /// <summary>The first rate times (1 − t/<paramref name="total_iters"/>)^<paramref name="power"/>.</summary>
            public static LRScheduler PolynomialLR(Optimizer optimizer, int total_iters = 5, double power = 1.0, int last_epoch = -1, bool verbose = false) =>
                new impl.PolynomialLR(optimizer, total_iters, power, last_epoch);
        }
    }
}
