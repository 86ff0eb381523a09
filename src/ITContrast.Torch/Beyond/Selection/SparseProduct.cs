using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Products with a constant matrix that is nearly all zeros, a graph's for instance: only what is not zero is multiplied, forward and backward.
/// <code>Y = A·X        dL/dX = Aᵀ·dL/dY        A takes no gradient</code>
/// </summary>
public static class SparseProduct
{
    /// <summary>A·X.</summary>
    /// <param name="sparse">A, <c>[M, N]</c>, without gradient.</param>
    /// <param name="dense">X, <c>[N, D]</c>, attached.</param>
    /// <returns><c>[M, D]</c>; by libtorch's own product where both are not float32 on the CPU.</returns>
    public static Tensor Of(Tensor sparse, Tensor dense)
    {
#if TORCH_SYSTEM
        if (
            sparse is { device_type: DeviceType.CPU, dtype: ScalarType.Float32, ndim: 2 } && dense is { device_type: DeviceType.CPU, dtype: ScalarType.Float32, ndim: 2 }
            && sparse.shape[1] == dense.shape[0])
            return Function.apply(dense, sparse.detach());
#endif
        return sparse.detach().matmul(dense);
    }

#if TORCH_SYSTEM
    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(SparseProduct);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var sparse = (Tensor)vars[1];
            ctx.save_for_backward([sparse]);
            return Product(sparse, (Tensor)vars[0]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [Product(ctx.get_saved_variables()[0].T, grad_output), null!];

        private static Tensor Product(Tensor sparse, Tensor dense)
        {
            using Tensor a = sparse.contiguous(), x = dense.contiguous();
            var product = empty(a.shape[0], x.shape[1]);
            Native.Check(Native.itc_sparse_product(a.Handle, x.Handle, product.Handle), nameof(SparseProduct));
            return product;
        }
    }
#endif
}
