using System.Globalization;
using System.Runtime.InteropServices;
using ITContrast.Torch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public abstract partial class Optimizer
        {
            /// <summary>
            /// Writes every group's options and all state (moments, steps) as a safetensors file, atomically. Parameters are known by their place, so the
            /// optimiser that loads it must be built over the same parameters in the same order.
            /// </summary>
            public virtual void save_state_dict(string location)
            {
                var metadata = new Dictionary<string, string> { ["optimizer"] = GetType().Name };
                for (var i = 0; i < groups.Count; i++)
                {
                    metadata[$"group.{i}.parameters"] = groups[i].Parameters.Count.ToString(CultureInfo.InvariantCulture);
                    foreach (var (name, value) in groups[i].Options) metadata[$"group.{i}.{name}"] = value.ToString("R", CultureInfo.InvariantCulture);
                }
                foreach (var (place, steps) in Steps()) metadata[$"steps.{place}"] = steps.ToString(CultureInfo.InvariantCulture);
                using var scope = NewDisposeScope();
                // The format wants wider elements first; the sort is stable.
                var entries = AllState()
                    .Select(e => (Name: $"{e.Parameter}.{e.Name}", Tensor: e.Tensor.cpu().contiguous()))
                    .OrderByDescending(e => e.Tensor.ElementSize)
                    .ToArray();
                using var writer = new SafetensorsWriter(
                    location,
                    entries.Select(e => new TensorInfo(e.Name, (ElementType)e.Tensor.dtype, e.Tensor.shape)),
                    metadata);
                foreach (var (_, tensor) in entries) writer.Append(tensor.bytes);
                writer.Complete();
            }

            /// <summary>Reads what <see cref="save_state_dict"/> wrote; options, learning rates among them, become the file's.</summary>
            /// <exception cref="InvalidOperationException">The file is another optimiser's, or was written over other parameters; nothing is
            /// changed.</exception>
            public virtual void load_state_dict(string location)
            {
                using var file = SafetensorsFile.Open(location);
                var all = parameters().ToArray();
                CheckGroups(file);
                var entries = file.Tensors.Select(view => Entry(file, view, all)).ToArray();
                var options = groups.Select((g, i) => g.Options.ToDictionary(o => o.Name, o => Number(file, $"group.{i}.{o.Name}"))).ToArray();
                var steps = new Dictionary<int, long>();
                foreach (var (place, _) in entries)
                    if (file.Metadata.ContainsKey($"steps.{place}")) steps[place] = (long)Number(file, $"steps.{place}");
                foreach (var (_, _, tensor) in AllState()) tensor.Dispose();
                ForgetState();
                for (var i = 0; i < groups.Count; i++) groups[i].Restore(options[i]);
                using var guard = no_grad();
                foreach (var ((place, name), view) in entries.Zip(file.Tensors))
                    RestoreState(all[place], name, Read(view, all[place]).DetachFromDisposeScope(), steps.GetValueOrDefault(place));
            }

            /// <summary>How many gradients made each parameter's state; empty where an optimiser does not count.</summary>
            private protected abstract IEnumerable<(int Parameter, long Steps)> Steps();

            private protected abstract void ForgetState();

            private protected abstract void RestoreState(Parameter parameter, string name, Tensor value, long steps);

            private protected abstract bool Knows(string name);

            private void CheckGroups(SafetensorsFile file)
            {
                var kind = file.Metadata.GetValueOrDefault("optimizer");
                if (kind != GetType().Name)
                    throw new InvalidOperationException(
                        $"{file.Path} holds the state of {kind ?? "no optimizer"}, but this is {GetType().Name}; nothing was loaded.");
                for (var i = 0; i <= groups.Count; i++)
                {
                    var found = file.Metadata.TryGetValue($"group.{i}.parameters", out var text) ? text : null;
                    var expected = i < groups.Count ? groups[i].Parameters.Count.ToString(CultureInfo.InvariantCulture) : null;
                    if (found != expected)
                        throw new InvalidOperationException(
                            $"{file.Path}: group {i} has {found ?? "no"} parameters there and {expected ?? "no"} here; build the optimizer over the same model. Nothing was loaded."
                        );
                }
            }

            private (int Place, string Name) Entry(SafetensorsFile file, TensorView view, Parameter[] all)
            {
                var dot = view.Name.IndexOf('.');
                if (
                    dot < 1
                    || !int.TryParse(view.Name.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                    || place >= all.Length
                    || !Knows(view.Name[(dot + 1)..]))
                    throw new InvalidOperationException(
                        $"{file.Path}: '{view.Name}' is no state of {GetType().Name} over {all.Length} parameters; nothing was loaded.");
                if (!view.Shape.SequenceEqual(all[place].shape) || (ScalarType)view.Type != all[place].dtype)
                    throw new InvalidOperationException(
                        $"{file.Path}: '{view.Name}' is {view.Type} [{string.Join(", ", view.Shape)}], but its parameter is {all[place].dtype} [{string.Join(", ", all[place].shape)}]; nothing was loaded."
                    );
                return (place, view.Name[(dot + 1)..]);
            }

            private static double Number(SafetensorsFile file, string key) =>
                file.Metadata.TryGetValue(key, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : throw new InvalidOperationException($"{file.Path}: '{key}' is missing or no number; nothing was loaded.");

            private static Tensor Read(TensorView view, Parameter parameter)
            {
                var host = empty(parameter.shape, parameter.dtype);
                var stored = view.Type switch
                {
                    ElementType.Float64 => MemoryMarshal.AsBytes(view.Span<double>()),
                    ElementType.Float32 => MemoryMarshal.AsBytes(view.Span<float>()),
                    ElementType.Float16 => MemoryMarshal.AsBytes(view.Span<Half>()),
                    _ => MemoryMarshal.AsBytes(view.Span<ushort>()),
                };
                stored.CopyTo(host.bytes);
                if (parameter.device.type == DeviceType.CPU) return host;
                using (host) return host.to(parameter.device);
            }
        }
    }
}
