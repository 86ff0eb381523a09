using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>
            /// Scales all gradients so that their joint norm is at most <paramref name="max_norm"/>: g ← g·min(1, max_norm/(‖g‖ + 1e-6)).
            /// The norms stay on the device until one number is read: one synchronisation, whatever the number of parameters.
            /// </summary>
            /// <param name="tensors">Those without a gradient are passed over.</param>
            /// <param name="max_norm">The bound, at least 0.</param>
            /// <param name="norm_type">p of the norm; infinity for the largest absolute value.</param>
            /// <param name="error_if_nonfinite">Throws, with the gradients untouched, when the norm is NaN or infinite; otherwise the scaled gradients are NaN
            /// or 0 as in PyTorch.</param>
            /// <returns>The norm before scaling; 0 where there is no gradient.</returns>
            /// <exception cref="InvalidOperationException">The norm is not finite and <paramref name="error_if_nonfinite"/> is set.</exception>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0, bool error_if_nonfinite = false)
            {
                if (!(max_norm >= 0)) throw new ArgumentOutOfRangeException(nameof(max_norm), max_norm, "The bound of a norm is at least 0.");
                using var guard = no_grad();
                using var scope = NewDisposeScope();
                var gradients = Gradients.Of(tensors);
                if (gradients.Length == 0) return 0;
                var norm = TotalNorm(gradients, norm_type);
                var total = norm.to(ScalarType.Float64).item<double>();
                if (error_if_nonfinite && !double.IsFinite(total))
                    throw new InvalidOperationException(
                        $"The {norm_type}-norm of {gradients.Length} gradients is {total}: one holds NaN or infinity. None was scaled; lower the learning rate or look at the loss."
                    );
                var scale = norm.dtype == ScalarType.Float64 ? 1 / (total + 1e-6) * max_norm : 1 / ((float)total + 1e-6f) * (float)max_norm;
                // A norm of NaN fails every comparison and must reach the gradients.
                if (!(scale >= 1)) NnOps.foreach_mul_(gradients, scale);
                return total;
            }

            /// <summary>Limits every element of every gradient to ±<paramref name="clip_value"/>.</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                if (!(clip_value >= 0))
                    throw new ArgumentOutOfRangeException(nameof(clip_value), clip_value, "The bound of a gradient's elements is at least 0.");
                using var guard = no_grad();
                using var scope = NewDisposeScope();
                foreach (var gradient in Gradients.Of(tensors)) gradient.clamp_(-clip_value, clip_value);
            }

            private static Tensor TotalNorm(Tensor[] gradients, double p)
            {
                var device = gradients[0].device;
                var type = gradients.Any(g => g.dtype == ScalarType.Float64) ? ScalarType.Float64 : ScalarType.Float32;
                var perGroup = gradients.GroupBy(g => (g.device, g.dtype)).SelectMany(g => NnOps.foreach_norm([.. g], p));
                var norms = stack(perGroup.Select(n => n.to(type, device)).ToArray());
                return double.IsPositiveInfinity(p) ? norms.max() : norms.norm((float)p);
            }
        }
    }
}
