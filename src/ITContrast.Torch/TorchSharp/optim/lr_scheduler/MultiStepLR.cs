namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Times γ at each milestone.</summary>

                public sealed class MultiStepLR : LRScheduler
                {
                    private readonly int[] milestones;
                    private readonly double gamma;

                    internal MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma, int last_epoch) : base(optimizer, last_epoch)
                    {
                        this.milestones = [.. milestones];
                        this.gamma = gamma;
                        Start();
                    }

                    private protected override double Rate(int group, double current) => current * Math.Pow(gamma, milestones.Count(m => m == Epoch));

                    private protected override double ClosedForm(int group) => BaseRates[group] * Math.Pow(gamma, milestones.Count(m => m <= Epoch));
                }
            }

            /// <summary>Times γ at each milestone.</summary>
            public static LRScheduler MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new impl.MultiStepLR(optimizer, milestones, gamma, last_epoch);
        }
    }
}
