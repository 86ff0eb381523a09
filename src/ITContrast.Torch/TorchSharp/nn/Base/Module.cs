using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// The root of all modules: named parameters, buffers and children, a training flag, and what walks over them.
        /// A module owns what is registered with it: registering takes a tensor out of its dispose scope, disposing the module frees it.
        /// </summary>
        public partial class Module : IDisposable
        {
            private readonly string name;
            private readonly OrderedDictionary<string, Parameter?> parameterEntries = [];
            private readonly OrderedDictionary<string, (Tensor Tensor, bool Persistent)> bufferEntries = [];
            private readonly OrderedDictionary<string, Module> childEntries = [];
            private bool disposed;

            protected Module(string name)
            {
                ArgumentNullException.ThrowIfNull(name);
                this.name = name;
            }

            /// <summary>The name given at construction; says nothing about the place in a parent.</summary>
            public virtual string GetName() => name;

            /// <summary>Whether dropout and batch statistics are on; true until <see cref="eval"/>.</summary>
            public virtual bool training { get; private set; } = true;

            /// <summary>Switches this module and all its children to training (or, with false, to evaluation).</summary>
            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var child in childEntries.Values) child.train(train);
            }

            /// <summary>Switches this module and all its children to evaluation.</summary>
            public virtual void eval() => train(false);

            /// <summary>Calls <paramref name="fn"/> on every descendant, children before parents, and on this module last.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var child in childEntries.Values) child.apply(fn);
                fn(this);
                return this;
            }

            /// <summary>Clears the gradients of all parameters.</summary>
            /// <param name="set_to_none">True drops the gradient tensors, false fills them with zeros.</param>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters()) Gradients.Clear(parameter, set_to_none);
            }

            /// <summary>Says for every parameter whether gradients are computed for it.</summary>
            public virtual Module requires_grad_(bool requires_grad = true)
            {
                foreach (var parameter in parameters()) parameter.requires_grad = requires_grad;
                return this;
            }

            public override string ToString() =>
                childEntries.Count == 0 ? name : $"{name}({string.Join(", ", childEntries.Select(c => $"{c.Key}: {c.Value}"))})";

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || disposed) return;
                disposed = true;
                foreach (var child in childEntries.Values) child.Dispose();
                foreach (var parameter in parameterEntries.Values) DisposeWithGradient(parameter);
                foreach (var (tensor, _) in bufferEntries.Values) tensor.Dispose();
            }

            private static void DisposeWithGradient(Parameter? parameter)
            {
                if (parameter is null || parameter.IsInvalid) return;
                parameter.Dispose();
            }
        }
    }
}
