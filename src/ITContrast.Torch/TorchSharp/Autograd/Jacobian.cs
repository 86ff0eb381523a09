namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>Derivatives of whole functions.</summary>
        public static class functional
        {
            /// <summary>
            /// J with <c>J[i, j] = ∂ func(input)_i / ∂ input_j</c>, of shape (output's shape) + (input's shape); one backward pass an output element.
            /// </summary>
            public static Tensor jacobian(Func<Tensor, Tensor> func, Tensor input)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor x = input.detach().requires_grad_();
                Tensor y = func(x);
                Tensor flat = y.reshape(-1);
                List<Tensor> rows = [];
                for (long i = 0; i < flat.numel(); i++) rows.Add(grad([flat[i]], [x], retain_graph: true, allow_unused: true)[0] ?? x.zeros_like());
                return stack(rows).reshape([.. y.shape, .. input.shape]).MoveToOuterDisposeScope();
            }
        }
    }
}
