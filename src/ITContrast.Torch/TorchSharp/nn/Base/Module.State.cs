namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Parameters and persistent buffers by dotted path: the tensors themselves, not copies.</summary>
            /// <param name="destination">A dictionary to add to; a new one when null.</param>
            /// <param name="prefix">What stands before each path; none when null.</param>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                foreach (var (path, module) in WithSelf(true))
                {
                    var here = string.IsNullOrEmpty(prefix) ? path : Join(prefix, path).TrimEnd('.');
                    foreach (var (key, parameter) in module.parameterEntries)
                        if (parameter is not null) destination.Add(Join(here, key), parameter);
                    foreach (var (key, (tensor, persistent)) in module.bufferEntries)
                        if (persistent) destination.Add(Join(here, key), tensor);
                }
                return destination;
            }

            /// <summary>Copies values from <paramref name="source"/> into this module, in place and without a gradient.</summary>
            /// <param name="source">Tensors by dotted path; dtype and device may differ, shapes may not.</param>
            /// <param name="strict">Whether missing or unexpected names are an error.</param>
            /// <param name="skip">Paths that are neither read nor missed.</param>
            /// <returns>Names that the module has and the source lacks, and the reverse.</returns>
            /// <exception cref="InvalidOperationException">Names differ (strict), or shapes do; nothing has been copied then.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                ArgumentNullException.ThrowIfNull(source);
                var skipped = new HashSet<string>(skip ?? []);
                var own = state_dict();
                var missing = own.Keys.Where(k => !source.ContainsKey(k) && !skipped.Contains(k)).ToList();
                var unexpected = source.Keys.Where(k => !own.ContainsKey(k) && !skipped.Contains(k)).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                    throw new InvalidOperationException(
                        $"The state does not fit module '{name}'. Missing: {Names(missing)}. Unexpected: {Names(unexpected)}. "
                        + "Pass strict: false to load what both have, or name the differing entries in skip.");
                var shared = own.Where(e => source.ContainsKey(e.Key) && !skipped.Contains(e.Key)).ToList();
                foreach (var (key, target) in shared) CheckShape(key, target, source[key]);
                using var guard = no_grad();
                foreach (var (key, target) in shared) target.copy_(source[key]);
                return (missing, unexpected);
            }

            private void CheckShape(string key, Tensor target, Tensor found)
            {
                if (!target.shape.AsSpan().SequenceEqual(found.shape))
                    throw new InvalidOperationException(
                        $"'{key}' of module '{name}' has shape [{string.Join(", ", target.shape)}], but the state holds [{string.Join(", ", found.shape)}]; nothing was loaded."
                    );
            }

            private static string Names(List<string> names) =>
                names.Count == 0 ? "none" : string.Join(", ", names.Take(8)) + (names.Count > 8 ? $" and {names.Count - 8} more" : "");
        }
    }
}
