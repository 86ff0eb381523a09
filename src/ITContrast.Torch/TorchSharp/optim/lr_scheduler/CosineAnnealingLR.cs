namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>
                /// η_t = η_min + (η_0 − η_min)(1 + cos(πt/T_max))/2, by the recursion that PyTorch uses. Loshchilov and Hutter, arXiv 1608.03983, without
                /// restarts.
                /// </summary>

                public sealed class CosineAnnealingLR : LRScheduler
                {
                    private readonly double length;
                    private readonly double lowest;

                    internal CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min, int last_epoch) : base(optimizer, last_epoch)
                    {
                        if (!(T_max > 0))
                            throw new ArgumentOutOfRangeException(nameof(T_max), T_max, "CosineAnnealingLR needs a positive number of epochs.");
                        length = T_max;
                        lowest = eta_min;
                        Start();
                    }

                    private protected override double Rate(int group, double current)
                    {
                        if (Epoch == 0) return current;
                        if ((Epoch - 1 - length) % (2 * length) == 0)
                            return current + (BaseRates[group] - lowest) * (1 - Math.Cos(Math.PI / length)) / 2;
                        return (1 + Math.Cos(Math.PI * Epoch / length)) / (1 + Math.Cos(Math.PI * (Epoch - 1) / length)) * (current - lowest) + lowest;
                    }

                    private protected override double ClosedForm(int group) =>
                        lowest + (BaseRates[group] - lowest) * (1 + Math.Cos(Math.PI * Epoch / length)) / 2;
                }
            }

            /// <summary>Half a cosine from the first rate down to <paramref name="eta_min"/> within <paramref name="T_max"/> epochs.</summary>
            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new impl.CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch);
        }
    }
}
