using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>All parameters, flattened, one after the other; a gradient flows back through it.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Tensor> tensors)
            {
                using var scope = NewDisposeScope();
                return cat(tensors.Select(p => p.reshape(-1)).ToArray(), 0).MoveToOuterDisposeScope();
            }

            /// <summary>Copies consecutive parts of a vector into the parameters, the reverse of <see cref="parameters_to_vector"/>.</summary>
            /// <exception cref="ArgumentException">The vector's length is not the number of all elements.</exception>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Tensor> tensors)
            {
                var list = tensors.ToArray();
                var expected = list.Sum(p => p.numel());
                if (vec.ndim != 1 || vec.shape[0] != expected)
                    throw new ArgumentException(
                        $"Expected a vector of {expected} elements, one for each of the {list.Length} parameters' elements, but it is [{string.Join(", ", vec.shape)}].",
                        nameof(vec));
                using var guard = no_grad();
                using var scope = NewDisposeScope();
                long at = 0;
                foreach (var parameter in list)
                {
                    parameter.copy_(vec.narrow(0, at, parameter.numel()).view(parameter.shape));
                    at += parameter.numel();
                }
            }
        }
    }
}
