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
                /// From a low rate up to the highest and down to almost none, while momentum goes the other way. Smith and Topin, arXiv 1708.07120; with
                /// three_phase the descent first ends where the ascent began.
                /// </summary>
                public sealed class OneCycleLR : LRScheduler
                {
                    private readonly Phase[] phases;
                    private readonly Rates[] rates;
                    private readonly int total;
                    private readonly AnnealStrategy strategy;
                    private readonly (double Base, double Max)? momentum;

                    internal OneCycleLR(Optimizer optimizer, IReadOnlyList<double> max_lr, OneCycleOptions o, int last_epoch)
                        : base(Prepared(optimizer, max_lr, o), last_epoch)
                    {
                        total = o.TotalSteps;
                        strategy = o.Strategy;
                        momentum = o.CycleMomentum ? (o.BaseMomentum, o.MaxMomentum) : null;
                        rates = [.. max_lr.Select(m => new Rates(m / o.DivFactor, m, m / o.DivFactor / o.FinalDivFactor))];
                        phases = o.ThreePhase
                            ? [new(o.PctStart * total - 1, 0, 1), new(2 * o.PctStart * total - 2, 1, 0), new(total - 1, 0, 2)]
                            : [new(o.PctStart * total - 1, 0, 1), new(total - 1, 1, 2)];
                        Start();
                    }

                    /// <summary>How a phase goes from its first to its last value.</summary>
                    public enum AnnealStrategy
                    {
                        Cos,
                        Linear,
                    }

                    private protected override double Rate(int group, double current)
                    {
                        if (Epoch > total)
                            throw new InvalidOperationException(
                                $"OneCycleLR was built for {total} steps and was asked for step {Epoch + 1}; give it the real number of steps.");
                        double start = 0;
                        var at = 0;
                        while (at < phases.Length - 1 && Epoch > phases[at].End) start = phases[at++].End;
                        var (end, from, to) = phases[at];
                        var share = (Epoch - start) / (end - start);
                        if (momentum is { } m) Groups[group].CycledMomentum = Anneal(from == 1 ? m.Base : m.Max, to == 1 ? m.Base : m.Max, share);
                        return Anneal(rates[group][from], rates[group][to], share);
                    }

                    private double Anneal(double start, double end, double share) =>
                        strategy == AnnealStrategy.Linear ? (end - start) * share + start : end + (start - end) / 2.0 * (Math.Cos(Math.PI * share) + 1);

                    private static Optimizer Prepared(Optimizer optimizer, IReadOnlyList<double> max_lr, OneCycleOptions o)
                    {
                        var groups = optimizer.ParamGroups.ToArray();
                        if (o.TotalSteps <= 0) throw new ArgumentException("OneCycleLR needs total_steps, or epochs and steps_per_epoch, above 0.");
                        if (!(o.PctStart is >= 0 and <= 1))
                            throw new ArgumentOutOfRangeException(nameof(o), o.PctStart, "pct_start is the rising part of the cycle, 0 to 1.");
                        if (max_lr.Count != groups.Length)
                            throw new ArgumentException(
                                $"Expected a max_lr for each of {groups.Length} groups, found {max_lr.Count}.", nameof(max_lr));
                        for (var i = 0; i < groups.Length; i++) groups[i].InitialLearningRate = groups[i].LearningRate = max_lr[i] / o.DivFactor;
                        return optimizer;
                    }

                    private readonly record struct Phase(double End, int From, int To);

                    /// <summary>The rates by number: 0 the first, 1 the highest, 2 the last.</summary>
                    private readonly record struct Rates(double Initial, double Max, double Min)
                    {
                        public double this[int which] => which switch { 0 => Initial, 1 => Max, _ => Min };
                    }
                }

                /// <summary>What shapes a cycle.</summary>
                internal readonly record struct OneCycleOptions(
                    int TotalSteps,
                    double PctStart,
                    OneCycleLR.AnnealStrategy Strategy,
                    bool CycleMomentum,
                    double BaseMomentum,
                    double MaxMomentum,
                    double DivFactor,
                    double FinalDivFactor, bool ThreePhase);
            }

            /// <summary>One rise and fall over <paramref name="total_steps"/> steps (or epochs times steps_per_epoch); step it after every batch.</summary>
            public static LRScheduler OneCycleLR(
                Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                impl.OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos, bool cycle_momentum = true, double base_momentum = 0.85,
                double max_momentum = 0.95,
                double div_factor = 25,
                double final_div_factor = 1e4,
                bool three_phase = false,
                int last_epoch = -1,
                bool verbose = false) =>
                OneCycleLR(
                    optimizer,
                    Enumerable.Repeat(max_lr, optimizer.ParamGroups.Count()),
                    total_steps,
                    epochs,
                    steps_per_epoch,
                    pct_start,
                    anneal_strategy,
                    cycle_momentum,
                    base_momentum, max_momentum, div_factor, final_div_factor, three_phase, last_epoch, verbose);

            /// <summary>The same with a highest rate for each group.</summary>
            public static LRScheduler OneCycleLR(
                Optimizer optimizer, IEnumerable<double> max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                impl.OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos, bool cycle_momentum = true, double base_momentum = 0.85,
                double max_momentum = 0.95,
                double div_factor = 25,
                double final_div_factor = 1e4,
                bool three_phase = false,
                int last_epoch = -1,
                bool verbose = false) =>
                new impl.OneCycleLR(
                    optimizer, [.. max_lr],
                    new(
                        total_steps > 0 ? total_steps
                            : epochs > 0 && steps_per_epoch > 0 ? epochs * steps_per_epoch
                            : 0,
                        pct_start,
                        anneal_strategy,
                        cycle_momentum,
                        base_momentum, max_momentum, div_factor, final_div_factor, three_phase),
                    last_epoch);
        }
    }
}
