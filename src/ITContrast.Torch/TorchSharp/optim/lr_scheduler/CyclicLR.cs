namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Between two rates, up and down again and again, while momentum goes the other way. Smith, arXiv 1506.01186.</summary>
                public sealed class CyclicLR : LRScheduler
                {
                    private readonly double low;
                    private readonly double high;
                    private readonly double size;
                    private readonly double ratio;
                    private readonly bool byCycle;
                    private readonly Func<double, double> scale;
                    private readonly (double Base, double Max)? momentum;

                    internal CyclicLR(
                        Optimizer optimizer,
                        double base_lr,
                        double max_lr,
                        int up,
                        int down,
                        Mode mode,
                        double gamma,
                        Func<double, double>? scale_fn,
                        ScaleMode scale_mode,
                        (double Base, double Max)? momentum, int last_epoch) : base(Prepared(optimizer, base_lr, up, momentum), last_epoch)
                    {
                        (low, high) = (base_lr, max_lr);
                        size = up + (down > 0 ? down : up);
                        ratio = up / size;
                        byCycle = scale_fn is null ? mode != Mode.ExpRange : scale_mode == ScaleMode.Cycle;
                        scale = scale_fn ?? mode switch
                        {
                            Mode.Triangular => _ => 1,
                            Mode.Triangular2 => x => 1 / Math.Pow(2, x - 1),
                            _ => x => Math.Pow(gamma, x),
                        };
                        this.momentum = momentum;
                        Start();
                    }

                    /// <summary>How the height of a cycle changes: not, by half each cycle, or by γ each step.</summary>
                    public enum Mode
                    {
                        Triangular,
                        Triangular2,
                        ExpRange,
                    }

                    /// <summary>What a scale function is given: the number of the cycle, or of the step.</summary>
                    public enum ScaleMode
                    {
                        Cycle,
                        Iterations,
                    }

                    private protected override double Rate(int group, double current)
                    {
                        var cycle = Math.Floor(1 + Epoch / size);
                        var x = 1.0 + Epoch / size - cycle;
                        var height = x <= ratio ? x / ratio : (x - 1) / (ratio - 1);
                        var factor = scale(byCycle ? cycle : Epoch);
                        if (momentum is { } m) Groups[group].CycledMomentum = m.Max - (m.Max - m.Base) * height * factor;
                        return low + (high - low) * height * factor;
                    }

                    private static Optimizer Prepared(Optimizer optimizer, double base_lr, int up, (double Base, double Max)? momentum)
                    {
                        if (up <= 0) throw new ArgumentOutOfRangeException(nameof(up), up, "CyclicLR needs one step or more on the way up.");
                        foreach (var group in optimizer.ParamGroups)
                        {
                            if (momentum is not null && group.CycledMomentum is null)
                                throw new ArgumentException("This optimiser has no momentum to cycle; pass cycle_momentum: false.");
                            group.LearningRate = base_lr;
                        }
                        return optimizer;
                    }
                }
            }

            /// <summary>
            /// Up in <paramref name="step_size_up"/> steps, down in <paramref name="step_size_down"/> (as many when -1); step it after every batch.
            /// </summary>
            public static LRScheduler CyclicLR(
                Optimizer optimizer, double base_lr, double max_lr, int step_size_up = 2000, int step_size_down = -1,
                impl.CyclicLR.Mode mode = impl.CyclicLR.Mode.Triangular, double gamma = 1.0, Func<double, double>? scale_fn = null,
                impl.CyclicLR.ScaleMode scale_mode = impl.CyclicLR.ScaleMode.Cycle,
                bool cycle_momentum = true,
                double base_momentum = 0.8,
                double max_momentum = 0.9,
                int last_epoch = -1, bool verbose = false) =>
                new impl.CyclicLR(
                    optimizer,
                    base_lr,
                    max_lr,
                    step_size_up,
                    step_size_down,
                    mode,
                    gamma,
                    scale_fn,
                    scale_mode,
                    cycle_momentum ? (base_momentum, max_momentum) : null,
                    last_epoch);
        }
    }
}
