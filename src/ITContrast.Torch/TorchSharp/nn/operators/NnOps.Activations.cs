using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Pointwise functions that only layers use.</summary>
internal static partial class NnOps
{
    private static readonly Operator OpLeakyRelu = new("leaky_relu(self, negative_slope)");
    private static readonly Operator OpLeakyReluInPlace = new("leaky_relu_(self, negative_slope)");
    private static readonly Operator OpElu = new("elu(self, alpha)");
    private static readonly Operator OpEluInPlace = new("elu_(self, alpha)");
    private static readonly Operator OpGeluInPlace = new("gelu_(self)");
    private static readonly Operator OpSilu = new("silu(self)");
    private static readonly Operator OpSiluInPlace = new("silu_(self)");
    private static readonly Operator OpSoftplus = new("softplus(self, beta, threshold)");
    private static readonly Operator OpLogSigmoid = new("log_sigmoid(self)");

    public static Tensor leaky_relu(Tensor self, double negative_slope) => OpLeakyRelu.Call(self, negative_slope);

    public static Tensor leaky_relu_(Tensor self, double negative_slope) => OpLeakyReluInPlace.Call(self, negative_slope);

    public static Tensor elu(Tensor self, double alpha) => OpElu.Call(self, alpha);

    public static Tensor elu_(Tensor self, double alpha) => OpEluInPlace.Call(self, alpha);

    public static Tensor gelu_(Tensor self) => OpGeluInPlace.Call(self);

    public static Tensor silu(Tensor self) => OpSilu.Call(self);

    public static Tensor silu_(Tensor self) => OpSiluInPlace.Call(self);

    public static Tensor softplus(Tensor self, double beta, double threshold) => OpSoftplus.Call(self, beta, threshold);

    public static Tensor log_sigmoid(Tensor self) => OpLogSigmoid.Call(self);
}
