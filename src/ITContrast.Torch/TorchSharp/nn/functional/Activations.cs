namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The layers' functions without their parameters.</summary>
        public static partial class functional
        {
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? InPlace(x, x.relu_()) : x.relu();

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? InPlace(input, NnOps.leaky_relu_(input, negative_slope)) : NnOps.leaky_relu(input, negative_slope);

            public static Tensor elu(Tensor x, double alpha = 1.0, bool inplace = false) =>
                inplace ? InPlace(x, NnOps.elu_(x, alpha)) : NnOps.elu(x, alpha);

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor gelu(Tensor x, bool inplace) => inplace ? InPlace(x, NnOps.gelu_(x)) : x.gelu();

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? InPlace(x, NnOps.silu_(x)) : NnOps.silu(x);

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? InPlace(x, x.tanh_()) : x.tanh();

            public static Tensor sigmoid(Tensor x, bool inplace = false) => inplace ? InPlace(x, x.sigmoid_()) : x.sigmoid();

            public static Tensor softplus(Tensor x, double beta = 1.0, double threshold = 20.0) => NnOps.softplus(x, beta, threshold);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim, ScalarType? dtype = null) => x.log_softmax(dim, dtype);

            public static Tensor logsigmoid(Tensor x) => NnOps.log_sigmoid(x);

            // The operator gives a second handle to the same tensor; the caller's own is the one to go on with.
            private static Tensor InPlace(Tensor input, Tensor result)
            {
                if (!ReferenceEquals(input, result)) result.Dispose();
                return input.alias();
            }
        }
    }
}
