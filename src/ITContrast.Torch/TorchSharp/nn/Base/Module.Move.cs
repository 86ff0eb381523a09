using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// Moves parameters, their gradients and buffers. The <see cref="Parameter"/> objects stay the same, so optimisers made before keep
            /// working; a floating dtype leaves integer tensors alone.
            /// </summary>
            protected internal virtual Module _to(Device? device, ScalarType? dtype, bool non_blocking)
            {
                if (dtype is { } type && !is_floating_point(type) && !is_complex(type))
                    throw new ArgumentException($"Module '{name}' can only be cast to a floating or complex dtype, not to {type}.", nameof(dtype));
                foreach (var child in childEntries.Values) child._to(device, dtype, non_blocking);
                using var guard = no_grad();
                foreach (var parameter in parameterEntries.Values)
                    if (parameter is not null) Move(parameter, device, dtype, non_blocking);
                foreach (var (buffer, _) in bufferEntries.Values) Move(buffer, device, dtype, non_blocking);
                return this;
            }

            private static void Move(Tensor tensor, Device? device, ScalarType? dtype, bool non_blocking)
            {
                var floating = is_floating_point(tensor.dtype) || is_complex(tensor.dtype);
                var newType = floating ? dtype ?? tensor.dtype : tensor.dtype;
                var newDevice = device ?? tensor.device;
                if (newType == tensor.dtype && newDevice == tensor.device) return;
                // A gradient of the old type or device may not stay on a tensor of the new one.
                using var gradient = tensor.grad;
                tensor.grad = null;
                using (var old = tensor.detach())
                using (var moved = old.to(newType, newDevice, non_blocking: non_blocking))
                    NnOps.set_data(tensor, moved);
                if (gradient is null) return;
                using var movedGradient = gradient.to(newType, newDevice, non_blocking: non_blocking);
                tensor.grad = movedGradient;
            }
        }
    }
}
