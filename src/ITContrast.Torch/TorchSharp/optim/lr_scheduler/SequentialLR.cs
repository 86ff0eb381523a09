namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>One rule after the other: each starts at its own epoch 0 when its milestone comes.</summary>
                public sealed class SequentialLR : LRScheduler
                {
                    private readonly LRScheduler[] schedulers;
                    private readonly int[] milestones;

                    internal SequentialLR(Optimizer optimizer, IEnumerable<LRScheduler> schedulers, IEnumerable<int> milestones, int last_epoch)
                        : base(optimizer, last_epoch + 1)
                    {
                        this.schedulers = [.. schedulers];
                        this.milestones = [.. milestones];
                        if (this.schedulers.Length == 0 || this.milestones.Length != this.schedulers.Length - 1)
                            throw new ArgumentException(
                                $"Expected a milestone between each two schedulers; found {this.schedulers.Length} schedulers and {this.milestones.Length} milestones.",
                                nameof(milestones));
                        if (this.schedulers.Any(s => s.Optimizer != optimizer))
                            throw new ArgumentException("All schedulers must steer the same optimizer.", nameof(schedulers));
                        foreach (var scheduler in this.schedulers) scheduler.Rewind();
                        this.schedulers[0].step();
                    }

                    public override void step(int? epoch = null)
                    {
                        if (epoch is not null) throw new ArgumentException("A sequence of schedulers goes on by one epoch at a time.", nameof(epoch));
                        Epoch++;
                        var at = milestones.Count(m => m <= Epoch);
                        if (at > 0 && milestones[at - 1] == Epoch) schedulers[at].step(0);
                        else schedulers[at].step();
                    }

                    private protected override double Rate(int group, double current) => current;
                }
            }

            /// <summary>One rule after the other; the second takes over at the first milestone, and so on.</summary>
            public static LRScheduler SequentialLR(
                Optimizer optimizer, IEnumerable<LRScheduler> schedulers, IEnumerable<int> milestones, int last_epoch = -1
            ) => new impl.SequentialLR(optimizer, schedulers, milestones, last_epoch);
        }
    }
}
