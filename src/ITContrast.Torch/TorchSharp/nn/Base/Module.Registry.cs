using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Registers a parameter; null reserves the name (a layer without bias).</summary>
            /// <exception cref="ArgumentException">The name is empty or has a dot.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_parameter(string name, Parameter? param)
            {
                CheckName(name);
                param?.DetachFromDisposeScope();
                parameterEntries.Add(name, param);
            }

            /// <summary>Registers a tensor that belongs to the module's state but is not trained.</summary>
            /// <param name="name">Unique in this module; no dots.</param>
            /// <param name="tensor">The buffer; the module owns it from now on.</param>
            /// <param name="persistent">False keeps it out of <see cref="state_dict"/>.</param>
            /// <exception cref="ArgumentException">The name is empty or has a dot.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                CheckName(name);
                tensor.DetachFromDisposeScope();
                bufferEntries.Add(name, (tensor, persistent));
            }

            /// <summary>Registers a child, and the child's fields where it has not registered them itself; disposing this module disposes it.</summary>
            /// <exception cref="ArgumentException">The name is empty or has a dot.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_module(string name, Module? submodule)
            {
                CheckName(name);
                if (submodule is null) return;
                if (ReferenceEquals(submodule, this))
                    throw new ArgumentException($"Module '{this.name}' cannot hold itself as its child '{name}'.", nameof(submodule));
                submodule.RegisterComponents();
                childEntries.Add(name, submodule);
            }

            /// <inheritdoc cref="register_module"/>
            public virtual void add_module(string name, Module? module) => register_module(name, module);

            public virtual bool has_parameter(string target) => parameterEntries.ContainsKey(target);

            public virtual bool has_buffer(string target) => bufferEntries.ContainsKey(target);

            /// <summary>The parameter at a dotted path, or null where there is none.</summary>
            public virtual Parameter? get_parameter(string target)
            {
                var (owner, leaf) = Resolve(target);
                return owner is not null && owner.parameterEntries.TryGetValue(leaf, out var found) ? found : null;
            }

            /// <summary>The buffer at a dotted path, or null where there is none.</summary>
            public virtual Tensor? get_buffer(string target)
            {
                var (owner, leaf) = Resolve(target);
                return owner is not null && owner.bufferEntries.TryGetValue(leaf, out var found) ? found.Tensor : null;
            }

            /// <summary>Every trained tensor once, also where two modules share it.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            /// <summary>Every trained tensor once, with the dotted path at which it is first met.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
                foreach (var (path, module) in WithSelf(recurse))
                    foreach (var (key, parameter) in module.parameterEntries)
                        if (parameter is not null && seen.Add(parameter)) yield return (Join(path, key), parameter);
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true) => named_buffers(recurse).Select(b => b.buffer);

            /// <summary>Every buffer once, with its dotted path.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (path, module) in WithSelf(recurse))
                    foreach (var (key, (tensor, persistent)) in module.bufferEntries)
                        if ((persistent || include_nonpersistent) && seen.Add(tensor)) yield return (Join(path, key), tensor);
            }

            public virtual IEnumerable<Module> children() => childEntries.Values;

            public virtual IEnumerable<(string name, Module module)> named_children() => childEntries.Select(c => (c.Key, c.Value));

            /// <summary>All descendants, without this module itself.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            /// <summary>All descendants with their dotted paths, without this module itself.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules() => WithSelf(true).Skip(1);

            private IEnumerable<(string Path, Module Module)> WithSelf(bool recurse)
            {
                yield return ("", this);
                if (!recurse) yield break;
                foreach (var (key, child) in childEntries)
                    foreach (var (path, module) in child.WithSelf(true))
                        yield return (path.Length == 0 ? key : $"{key}.{path}", module);
            }

            private (Module? Owner, string Leaf) Resolve(string target)
            {
                var parts = target.Split('.');
                var owner = this;
                foreach (var part in parts.AsSpan(0, parts.Length - 1))
                    if (!owner.childEntries.TryGetValue(part, out owner!)) return (null, target);
                return (owner, parts[^1]);
            }

            private void CheckName(string candidate)
            {
                if (string.IsNullOrEmpty(candidate) || candidate.Contains('.'))
                    throw new ArgumentException($"'{candidate}' cannot name a component of module '{name}': expected a name without dots.");
                if (IsTaken(candidate))
                    throw new InvalidOperationException($"Module '{name}' already has a component '{candidate}'; register it under another name.");
            }

            private bool IsTaken(string candidate) =>
                parameterEntries.ContainsKey(candidate) || bufferEntries.ContainsKey(candidate) || childEntries.ContainsKey(candidate);

            private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
        }
    }
}
