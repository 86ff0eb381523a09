namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Several rules at once, each on top of the others.</summary>
                public sealed class ChainedLR : LRScheduler
                {
                    private readonly LRScheduler[] schedulers;

                    internal ChainedLR(LRScheduler[] schedulers) : base(FirstOptimizer(schedulers))
                    {
                        this.schedulers = schedulers;
                        if (schedulers.Any(s => s.Optimizer != Optimizer))
                            throw new ArgumentException("All schedulers must steer the same optimizer.", nameof(schedulers));
                        Epoch = 0;
                    }

                    public override void step(int? epoch = null)
                    {
                        Epoch = epoch ?? Epoch + 1;
                        foreach (var scheduler in schedulers) scheduler.step(epoch);
                    }

                    private protected override double Rate(int group, double current) => current;

                    private static Optimizer FirstOptimizer(LRScheduler[] schedulers) =>
                        schedulers.Length > 0 ? schedulers[0].Optimizer : throw new ArgumentException("There is no scheduler to chain.", nameof(schedulers));
                }
            }

            /// <summary>Several rules at once, each on top of the others.</summary>
            public static LRScheduler ChainedLR(IEnumerable<LRScheduler> schedulers) => new impl.ChainedLR([.. schedulers]);
        }
    }
}
