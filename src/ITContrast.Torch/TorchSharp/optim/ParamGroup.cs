using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Parameters that share their options.</summary>
        public abstract class ParamGroup : ILearningRateController
        {
            private protected ParamGroup(IEnumerable<Parameter> parameters, double learningRate)
            {
                ArgumentNullException.ThrowIfNull(parameters);
                Parameters = [.. parameters];
                LearningRate = learningRate;
                InitialLearningRate = learningRate;
            }

            public IReadOnlyList<Parameter> Parameters { get; }

            public double LearningRate { get; set; }

            /// <summary>What schedulers start from.</summary>
            public double InitialLearningRate { get; set; }

            /// <summary>What schedules call momentum: SGD's momentum, Adam's β₁; null where there is none.</summary>
            internal abstract double? CycledMomentum { get; set; }

            /// <summary>The options as numbers, for saving.</summary>
            internal abstract IEnumerable<(string Name, double Value)> Options { get; }

            /// <summary>Takes over numbers by the names of <see cref="Options"/>.</summary>
            internal abstract void Restore(IReadOnlyDictionary<string, double> options);

            private bool scheduled;

            /// <summary>The rate that the first schedule finds is what it and all later ones start from.</summary>
            internal void FixInitialRate()
            {
                if (!scheduled) InitialLearningRate = LearningRate;
                scheduled = true;
            }
        }
    }
}
