namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The rate of the last epoch times a function of the epoch.</summary>

                public sealed class MultiplicativeLR : LRScheduler
                {
                    private readonly Func<int, double>[] lambdas;

                    internal MultiplicativeLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch) : base(optimizer, last_epoch)
                    {
                        lambdas = [.. lr_lambdas];
                        if (lambdas.Length == 1) lambdas = [.. Enumerable.Repeat(lambdas[0], Groups.Count)];
                        if (lambdas.Length != Groups.Count)
                            throw new ArgumentException(
                                $"Expected one function, or one for each of {Groups.Count} groups; found {lambdas.Length}.", nameof(lr_lambdas));
                        Start();
                    }

                    private protected override double Rate(int group, double current) => Epoch > 0 ? current * lambdas[group](Epoch) : current;

                    private protected override double ClosedForm(int group)
                    {
                        var rate = BaseRates[group];
                        for (var epoch = 1; epoch <= Epoch; epoch++) rate *= lambdas[group](epoch);
                        return rate;
                    }
                }
            }

            /// <summary>The rate of the last epoch times a function of the epoch.</summary>
            public static LRScheduler MultiplicativeLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new impl.MultiplicativeLR(optimizer, [lr_lambda], last_epoch);

            /// <summary>The rate of each group times a function of its own.</summary>
            public static LRScheduler MultiplicativeLR(
                Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1, bool verbose = false
            ) => new impl.MultiplicativeLR(optimizer, lr_lambdas, last_epoch);
        }
    }
}
