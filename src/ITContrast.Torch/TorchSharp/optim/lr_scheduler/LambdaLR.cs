namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The first rate times a function of the epoch.</summary>

                public sealed class LambdaLR : LRScheduler
                {
                    private readonly Func<int, double>[] lambdas;

                    internal LambdaLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch) : base(optimizer, last_epoch)
                    {
                        lambdas = [.. lr_lambdas];
                        if (lambdas.Length == 1) lambdas = [.. Enumerable.Repeat(lambdas[0], Groups.Count)];
                        if (lambdas.Length != Groups.Count)
                            throw new ArgumentException(
                                $"Expected one function, or one for each of {Groups.Count} groups; found {lambdas.Length}.", nameof(lr_lambdas));
                        Start();
                    }

                    private protected override double Rate(int group, double current) => BaseRates[group] * lambdas[group](Epoch);
                }
            }

            /// <summary>The first rate times a function of the epoch.</summary>
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new impl.LambdaLR(optimizer, [lr_lambda], last_epoch);

            /// <summary>The first rate of each group times a function of its own.</summary>
            public static LRScheduler LambdaLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1, bool verbose = false) =>
                new impl.LambdaLR(optimizer, lr_lambdas, last_epoch);
        }
    }
}
