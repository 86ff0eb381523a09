namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Rules that change a group's learning rate epoch by epoch.</summary>
        public static partial class lr_scheduler
        {
            /// <summary>
            /// Sets the learning rate of every group when built (epoch 0) and at each <see cref="step(int?)"/>. Rules multiply the current rate where
            /// they can, as PyTorch's do, so that several can be chained on one optimiser.
            /// </summary>
            public abstract class LRScheduler
            {
                private readonly Optimizer optimizer;
                private readonly ParamGroup[] groups;

                private protected LRScheduler(Optimizer optimizer, int last_epoch = -1)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    this.optimizer = optimizer;
                    groups = [.. optimizer.ParamGroups];
                    foreach (var group in groups) group.FixInitialRate();
                    BaseRates = Array.ConvertAll(groups, g => g.InitialLearningRate);
                    Epoch = last_epoch;
                }

                /// <summary>The epoch whose rate is set now; 0 after construction.</summary>
                public int Epoch { get; private protected set; }

                private protected double[] BaseRates { get; }

                private protected IReadOnlyList<ParamGroup> Groups => groups;

                internal Optimizer Optimizer => optimizer;

                /// <summary>Goes to the next epoch, or to the given one by the rule's closed form.</summary>
                public virtual void step(int? epoch = null)
                {
                    Epoch = epoch ?? Epoch + 1;
                    for (var i = 0; i < groups.Length; i++)
                        groups[i].LearningRate = epoch is null ? Rate(i, groups[i].LearningRate) : ClosedForm(i);
                }

                /// <summary>For rules that look at a metric; others ignore it.</summary>
                public virtual void step(double current, int? epoch = null) => step(epoch);

                /// <summary>The rates set now, group by group.</summary>
                public IEnumerable<double> get_last_lr() => groups.Select(g => g.LearningRate);

                /// <summary>The group's rate in this epoch, from its rate in the last one.</summary>
                private protected abstract double Rate(int group, double current);

                /// <summary>The group's rate in this epoch, from its first rate alone.</summary>
                private protected virtual double ClosedForm(int group) => Rate(group, Groups[group].LearningRate);

                /// <summary>Sets the first epoch's rates; constructors call it when all options are known.</summary>
                private protected void Start() => step();

                /// <summary>Back to before the first epoch, with the rates that the optimiser began with.</summary>
                internal void Rewind()
                {
                    for (var i = 0; i < groups.Length; i++) groups[i].LearningRate = BaseRates[i];
                    Epoch = -1;
                }

            }
        }
    }
}
