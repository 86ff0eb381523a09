namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Times γ every step_size epochs.</summary>

                public sealed class StepLR : LRScheduler
                {
                    private readonly int stepSize;
                    private readonly double gamma;

                    internal StepLR(Optimizer optimizer, int step_size, double gamma, int last_epoch) : base(optimizer, last_epoch)
                    {
                        if (step_size <= 0)
                            throw new ArgumentOutOfRangeException(nameof(step_size), step_size, "StepLR needs one epoch or more between its steps.");
                        stepSize = step_size;
                        this.gamma = gamma;
                        Start();
                    }

                    private protected override double Rate(int group, double current) =>
                        Epoch == 0 || Epoch % stepSize != 0 ? current : current * gamma;

                    private protected override double ClosedForm(int group) => BaseRates[group] * Math.Pow(gamma, Epoch / stepSize);
                }
            }

            /// <summary>Times γ every <paramref name="step_size"/> epochs.</summary>
            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new impl.StepLR(optimizer, step_size, gamma, last_epoch);
        }
    }
}
