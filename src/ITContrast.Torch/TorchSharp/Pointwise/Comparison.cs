using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator Eq = new("eq.Tensor(self, other)");
        internal static readonly Operator EqScalar = new("eq.Scalar(self, other)");
        internal static readonly Operator Ne = new("ne.Tensor(self, other)");
        internal static readonly Operator NeScalar = new("ne.Scalar(self, other)");
        internal static readonly Operator Lt = new("lt.Tensor(self, other)");
        internal static readonly Operator LtScalar = new("lt.Scalar(self, other)");
        internal static readonly Operator Le = new("le.Tensor(self, other)");
        internal static readonly Operator LeScalar = new("le.Scalar(self, other)");
        internal static readonly Operator Gt = new("gt.Tensor(self, other)");
        internal static readonly Operator GtScalar = new("gt.Scalar(self, other)");
        internal static readonly Operator Ge = new("ge.Tensor(self, other)");
        internal static readonly Operator GeScalar = new("ge.Scalar(self, other)");
        internal static readonly Operator BitwiseAnd = new("bitwise_and.Tensor(self, other)");
        internal static readonly Operator BitwiseOr = new("bitwise_or.Tensor(self, other)");
        internal static readonly Operator BitwiseXor = new("bitwise_xor.Tensor(self, other)");
        internal static readonly Operator LogicalAnd = new("logical_and(self, other)");
        internal static readonly Operator LogicalOr = new("logical_or(self, other)");
        internal static readonly Operator LogicalXor = new("logical_xor(self, other)");
        internal static readonly Operator BitwiseNot = new("bitwise_not(self)");
        internal static readonly Operator LogicalNot = new("logical_not(self)");
        internal static readonly Operator Isnan = new("isnan(self)");
        internal static readonly Operator Isinf = new("isinf(self)");
        internal static readonly Operator Isfinite = new("isfinite(self)");
        internal static readonly Operator AllClose = new("allclose(self, other, rtol, atol, equal_nan)");
        internal static readonly Operator IsClose = new("isclose(self, other, rtol, atol, equal_nan)");
        internal static readonly Operator Maximum = new("maximum(self, other)");
        internal static readonly Operator Minimum = new("minimum(self, other)");
    }

    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Ops.Eq.Call(this, target);
        public Tensor eq(Scalar target) => Ops.EqScalar.Call(this, target);
        public Tensor ne(Tensor target) => Ops.Ne.Call(this, target);
        public Tensor ne(Scalar target) => Ops.NeScalar.Call(this, target);
        public Tensor lt(Tensor target) => Ops.Lt.Call(this, target);
        public Tensor lt(Scalar target) => Ops.LtScalar.Call(this, target);
        public Tensor le(Tensor target) => Ops.Le.Call(this, target);
        public Tensor le(Scalar target) => Ops.LeScalar.Call(this, target);
        public Tensor gt(Tensor target) => Ops.Gt.Call(this, target);
        public Tensor gt(Scalar target) => Ops.GtScalar.Call(this, target);
        public Tensor ge(Tensor target) => Ops.Ge.Call(this, target);
        public Tensor ge(Scalar target) => Ops.GeScalar.Call(this, target);
        public Tensor bitwise_and(Tensor other) => Ops.BitwiseAnd.Call(this, other);
        public Tensor bitwise_or(Tensor other) => Ops.BitwiseOr.Call(this, other);
        public Tensor bitwise_xor(Tensor other) => Ops.BitwiseXor.Call(this, other);
        public Tensor logical_and(Tensor other) => Ops.LogicalAnd.Call(this, other);
        public Tensor logical_or(Tensor other) => Ops.LogicalOr.Call(this, other);
        public Tensor logical_xor(Tensor other) => Ops.LogicalXor.Call(this, other);
        public Tensor bitwise_not() => Ops.BitwiseNot.Call(this);
        public Tensor logical_not() => Ops.LogicalNot.Call(this);
        public Tensor isnan() => Ops.Isnan.Call(this);
        public Tensor isinf() => Ops.Isinf.Call(this);
        public Tensor isfinite() => Ops.Isfinite.Call(this);
        /// <summary>Element by element, as <see cref="eq(Tensor)"/>: TorchSharp's reading, where PyTorch's gives one truth value.</summary>
        public Tensor equal(Tensor target) => eq(target);
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            Ops.AllClose.CallInt(this, target, rtol, atol, equal_nan) != 0;
        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) =>
            Ops.IsClose.Call(this, other, rtol, atol, nanEqual);
        public Tensor maximum(Tensor other) => Ops.Maximum.Call(this, other);
        public Tensor minimum(Tensor other) => Ops.Minimum.Call(this, other);
    }

    public static Tensor eq(Tensor left, Tensor right) => left.eq(right);
    public static Tensor eq(Tensor left, Scalar right) => left.eq(right);
    public static Tensor ne(Tensor left, Tensor right) => left.ne(right);
    public static Tensor ne(Tensor left, Scalar right) => left.ne(right);
    public static Tensor lt(Tensor left, Tensor right) => left.lt(right);
    public static Tensor lt(Tensor left, Scalar right) => left.lt(right);
    public static Tensor le(Tensor left, Tensor right) => left.le(right);
    public static Tensor le(Tensor left, Scalar right) => left.le(right);
    public static Tensor gt(Tensor left, Tensor right) => left.gt(right);
    public static Tensor gt(Tensor left, Scalar right) => left.gt(right);
    public static Tensor ge(Tensor left, Tensor right) => left.ge(right);
    public static Tensor ge(Tensor left, Scalar right) => left.ge(right);
    public static Tensor bitwise_and(Tensor left, Tensor right) => left.bitwise_and(right);
    public static Tensor bitwise_or(Tensor left, Tensor right) => left.bitwise_or(right);
    public static Tensor bitwise_xor(Tensor left, Tensor right) => left.bitwise_xor(right);
    public static Tensor logical_and(Tensor left, Tensor right) => left.logical_and(right);
    public static Tensor logical_or(Tensor left, Tensor right) => left.logical_or(right);
    public static Tensor logical_xor(Tensor left, Tensor right) => left.logical_xor(right);
    public static Tensor bitwise_not(Tensor input) => input.bitwise_not();
    public static Tensor logical_not(Tensor input) => input.logical_not();
    public static Tensor isnan(Tensor input) => input.isnan();
    public static Tensor isinf(Tensor tensor) => tensor.isinf();
    public static Tensor isfinite(Tensor tensor) => tensor.isfinite();
    /// <inheritdoc cref="Tensor.equal"/>
    public static Tensor equal(Tensor tensor, Tensor target) => tensor.equal(target);
    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
        tensor.allclose(target, rtol, atol, equal_nan);
    public static Tensor isclose(Tensor tensor, Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) =>
        tensor.isclose(other, rtol, atol, nanEqual);
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);
}
