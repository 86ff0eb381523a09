using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator Clamp = new("clamp(self, min, max)");
        internal static readonly Operator ClampTensor = new("clamp.Tensor(self, min, max)");
        internal static readonly Operator ClampInPlace = new("clamp_(self, min, max)");
        internal static readonly Operator Softmax = new("softmax.int(self, dim, dtype)");
        internal static readonly Operator LogSoftmax = new("log_softmax.int(self, dim, dtype)");
        internal static readonly Operator Gelu = new("gelu(self)");
        internal static readonly Operator Silu = new("silu(self)");
        internal static readonly Operator Elu = new("elu(self, alpha)");
        internal static readonly Operator LeakyRelu = new("leaky_relu(self, negative_slope)");
        internal static readonly Operator Softplus = new("softplus(self, beta, threshold)");
        internal static readonly Operator LogSigmoid = new("log_sigmoid(self)");
        internal static readonly Operator Threshold = new("threshold(self, threshold, value)");
        internal static readonly Operator Fill = new("fill_.Scalar(self, value)");
        internal static readonly Operator FillTensor = new("fill_.Tensor(self, value)");
        internal static readonly Operator Zero = new("zero_(self)");
        internal static readonly Operator Atan2 = new("atan2(self, other)");
        internal static readonly Operator Logaddexp = new("logaddexp(self, other)");
        internal static readonly Operator Xlogy = new("xlogy.Tensor(self, other)");
        internal static readonly Operator CosineSimilarity = new("cosine_similarity(x1, x2, dim, eps)");
    }

    public partial class Tensor
    {
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Ops.Clamp.Call(this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Ops.ClampTensor.Call(this, min, max);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => InPlace(Ops.ClampInPlace, min, max);
        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);
        public Tensor clamp_min(Scalar min) => Ops.Clamp.Call(this, min, Arg.None);
        public Tensor clamp_max(Scalar max) => Ops.Clamp.Call(this, Arg.None, max);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Ops.Softmax.Call(this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Ops.LogSoftmax.Call(this, dim, dtype);

        /// <summary>GELU, <c>x·Φ(x)</c>.</summary>
        public Tensor gelu()
        {
            // libtorch 1.13 computes a wrong CPU gradient when the incoming one is strided; a detour through a flat view makes it contiguous.
            Tensor result = Ops.Gelu.Call(this);
            if (!result.requires_grad) return result;
            using (result)
            using (Tensor flat = result.reshape(-1))
                return flat.reshape(shape);
        }

        public Tensor silu() => Ops.Silu.Call(this);
        public Tensor elu(double alpha = 1) => Ops.Elu.Call(this, alpha);
        public Tensor leaky_relu(Scalar negative_slope) => Ops.LeakyRelu.Call(this, negative_slope);
        public Tensor softplus(double beta = 1, double threshold = 20) => Ops.Softplus.Call(this, beta, threshold);
        public Tensor log_sigmoid() => Ops.LogSigmoid.Call(this);
        public Tensor fill_(Scalar value) => InPlace(Ops.Fill, value);
        public Tensor fill_(Tensor value) => InPlace(Ops.FillTensor, value);
        public Tensor zero_() => InPlace(Ops.Zero);
        public Tensor atan2(Tensor other) => Ops.Atan2.Call(this, other);
        public Tensor logaddexp(Tensor other) => Ops.Logaddexp.Call(this, other);
        public Tensor xlogy(Tensor y) => Ops.Xlogy.Call(this, y);
    }

    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);
    public static Tensor clamp(Tensor input, Tensor? min = null, Tensor? max = null) => input.clamp(min, max);
    public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
    public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);
    public static Tensor atan2(Tensor input, Tensor other) => input.atan2(other);
    public static Tensor logaddexp(Tensor left, Tensor right) => left.logaddexp(right);
    public static Tensor xlogy(Tensor x, Tensor y) => x.xlogy(y);
    public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-8) =>
        Ops.CosineSimilarity.Call(x1, x2, dim, eps);
}
