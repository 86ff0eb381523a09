namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Times γ every epoch.</summary>

                public sealed class ExponentialLR : LRScheduler
                {
                    private readonly double gamma;

                    internal ExponentialLR(Optimizer optimizer, double gamma, int last_epoch) : base(optimizer, last_epoch)
                    {
                        this.gamma = gamma;
                        Start();
                    }

                    private protected override double Rate(int group, double current) => Epoch == 0 ? current : current * gamma;

                    private protected override double ClosedForm(int group) => BaseRates[group] * Math.Pow(gamma, Epoch);
                }
            }

            /// <summary>Times γ every epoch.</summary>
            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new impl.ExponentialLR(optimizer, gamma, last_epoch);
        }
    }
}
