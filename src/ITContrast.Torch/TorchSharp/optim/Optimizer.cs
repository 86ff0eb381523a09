using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>What schedulers steer: one learning rate.</summary>
        public interface ILearningRateController
        {
            double LearningRate { get; set; }

            double InitialLearningRate { get; set; }
        }

        /// <summary>Changes parameters by their gradients, group by group.</summary>
        public abstract partial class Optimizer : IDisposable
        {
            private readonly List<ParamGroup> groups = [];
            private readonly HashSet<Parameter> owned = new(ReferenceEqualityComparer.Instance);
            private bool disposed;

            private protected Optimizer(IEnumerable<ParamGroup> groups)
            {
                ArgumentNullException.ThrowIfNull(groups);
                foreach (var group in groups) Add(group);
                if (this.groups.Count == 0) throw new ArgumentException("The optimizer got no parameter group.", nameof(groups));
            }

            public IEnumerable<ParamGroup> ParamGroups => groups;

            public IEnumerable<Parameter> parameters() => groups.SelectMany(g => g.Parameters);

            /// <summary>Changes all parameters that have a gradient, in place.</summary>
            /// <param name="closure">Computes the loss (and its gradients) first, with gradients enabled.</param>
            /// <returns>The closure's loss, or null.</returns>
            public virtual Tensor? step(Func<Tensor>? closure = null)
            {
                Tensor? loss = null;
                if (closure is not null)
                {
                    using var on = enable_grad();
                    loss = closure();
                }
                using var guard = no_grad();
                using var scope = NewDisposeScope();
                foreach (var group in groups) Step(group);
                return loss;
            }

            /// <summary>Drops all gradients (or fills them with zeros).</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var group in groups)
                    foreach (var parameter in group.Parameters) Gradients.Clear(parameter, set_to_none);
            }

            public void Dispose()
            {
                if (disposed) return;
                disposed = true;
                foreach (var state in AllState()) state.Tensor.Dispose();
                GC.SuppressFinalize(this);
            }

            private protected abstract void Step(ParamGroup group);

            /// <summary>Every tensor that the optimiser keeps: which parameter (by its place), under what name.</summary>
            private protected abstract IEnumerable<(int Parameter, string Name, Tensor Tensor)> AllState();

            private protected void Add(ParamGroup group)
            {
                foreach (var parameter in group.Parameters)
                    if (!owned.Add(parameter))
                        throw new ArgumentException(
                            $"A parameter of shape [{string.Join(", ", parameter.shape)}] is in more than one place of the groups; each may be named once.");
                groups.Add(group);
            }
        }
    }
}
