using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator Add = new("add.Tensor(self, other, alpha)");
        internal static readonly Operator AddScalar = new("add.Scalar(self, other, alpha)");
        internal static readonly Operator AddInPlace = new("add_.Tensor(self, other, alpha)");
        internal static readonly Operator AddScalarInPlace = new("add_.Scalar(self, other, alpha)");
        internal static readonly Operator Sub = new("sub.Tensor(self, other, alpha)");
        internal static readonly Operator SubScalar = new("sub.Scalar(self, other, alpha)");
        internal static readonly Operator SubInPlace = new("sub_.Tensor(self, other, alpha)");
        internal static readonly Operator SubScalarInPlace = new("sub_.Scalar(self, other, alpha)");
        internal static readonly Operator Mul = new("mul.Tensor(self, other)");
        internal static readonly Operator MulScalar = new("mul.Scalar(self, other)");
        internal static readonly Operator MulInPlace = new("mul_.Tensor(self, other)");
        internal static readonly Operator MulScalarInPlace = new("mul_.Scalar(self, other)");
        internal static readonly Operator Div = new("div.Tensor_mode(self, other, rounding_mode)");
        internal static readonly Operator DivScalar = new("div.Scalar_mode(self, other, rounding_mode)");
        internal static readonly Operator DivInPlace = new("div_.Tensor_mode(self, other, rounding_mode)");
        internal static readonly Operator DivScalarInPlace = new("div_.Scalar_mode(self, other, rounding_mode)");
        internal static readonly Operator Pow = new("pow.Tensor_Tensor(self, exponent)");
        internal static readonly Operator PowScalar = new("pow.Tensor_Scalar(self, exponent)");
        internal static readonly Operator Remainder = new("remainder.Tensor(self, other)");
        internal static readonly Operator RemainderScalar = new("remainder.Scalar(self, other)");
        internal static readonly Operator Fmod = new("fmod.Tensor(self, other)");
        internal static readonly Operator FmodScalar = new("fmod.Scalar(self, other)");
        internal static readonly Operator PowInPlace = new("pow_.Scalar(self, exponent)");
        internal static readonly Operator ScalarMinus = new("rsub.Scalar(self, other)");
        internal static readonly Operator Addcmul = new("addcmul(self, tensor1, tensor2, value)");
        internal static readonly Operator Addcdiv = new("addcdiv(self, tensor1, tensor2, value)");
        internal static readonly Operator AddcmulInPlace = new("addcmul_(self, tensor1, tensor2, value)");
        internal static readonly Operator AddcdivInPlace = new("addcdiv_(self, tensor1, tensor2, value)");
        internal static readonly Operator Lerp = new("lerp.Scalar(self, end, weight)");
        internal static readonly Operator LerpTensor = new("lerp.Tensor(self, end, weight)");
        internal static readonly Operator LerpInPlace = new("lerp_.Scalar(self, end, weight)");
    }

    public partial class Tensor
    {
        public Tensor add(Tensor target) => Ops.Add.Call(this, target);
        public Tensor add(Tensor target, Scalar alpha) => Ops.Add.Call(this, target, alpha);
        public Tensor add(Scalar scalar) => Ops.AddScalar.Call(this, scalar);
        public Tensor add(Scalar scalar, Scalar alpha) => Ops.AddScalar.Call(this, scalar, alpha);
        public Tensor add_(Tensor target) => InPlace(Ops.AddInPlace, target);
        public Tensor add_(Tensor target, Scalar alpha) => InPlace(Ops.AddInPlace, target, alpha);
        public Tensor add_(Scalar scalar) => InPlace(Ops.AddScalarInPlace, scalar);
        public Tensor add_(Scalar scalar, Scalar alpha) => InPlace(Ops.AddScalarInPlace, scalar, alpha);
        public Tensor sub(Tensor target) => Ops.Sub.Call(this, target);
        public Tensor sub(Tensor target, Scalar alpha) => Ops.Sub.Call(this, target, alpha);
        public Tensor sub(Scalar target) => Ops.SubScalar.Call(this, target);
        public Tensor sub(Scalar target, Scalar alpha) => Ops.SubScalar.Call(this, target, alpha);
        public Tensor sub_(Tensor target) => InPlace(Ops.SubInPlace, target);
        public Tensor sub_(Tensor target, Scalar alpha) => InPlace(Ops.SubInPlace, target, alpha);
        public Tensor sub_(Scalar target) => InPlace(Ops.SubScalarInPlace, target);
        public Tensor sub_(Scalar target, Scalar alpha) => InPlace(Ops.SubScalarInPlace, target, alpha);
        public Tensor mul(Tensor target) => Ops.Mul.Call(this, target);
        public Tensor mul(Scalar target) => Ops.MulScalar.Call(this, target);
        public Tensor mul_(Tensor target) => InPlace(Ops.MulInPlace, target);
        public Tensor mul_(Scalar target) => InPlace(Ops.MulScalarInPlace, target);
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Ops.Div.Call(this, target, Mode(rounding_mode));
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Ops.DivScalar.Call(this, target, Mode(rounding_mode));
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            InPlace(Ops.DivInPlace, target, Mode(rounding_mode));
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            InPlace(Ops.DivScalarInPlace, target, Mode(rounding_mode));
        public Tensor true_divide(Tensor other) => div(other);
        public Tensor floor_divide(Tensor other) => div(other, RoundingMode.floor);
        public Tensor floor_divide(Scalar other) => div(other, RoundingMode.floor);
        public Tensor pow(Tensor exponent) => Ops.Pow.Call(this, exponent);
        public Tensor pow(Scalar exponent) => Ops.PowScalar.Call(this, exponent);
        public Tensor remainder(Tensor target) => Ops.Remainder.Call(this, target);
        public Tensor remainder(Scalar scalar) => Ops.RemainderScalar.Call(this, scalar);
        public Tensor fmod(Tensor target) => Ops.Fmod.Call(this, target);
        public Tensor fmod(Scalar scalar) => Ops.FmodScalar.Call(this, scalar);
        public Tensor pow_(Scalar exponent) => InPlace(Ops.PowInPlace, exponent);
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.Addcmul.Call(this, tensor1, tensor2, value);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.Addcdiv.Call(this, tensor1, tensor2, value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace(Ops.AddcmulInPlace, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace(Ops.AddcdivInPlace, tensor1, tensor2, value);
        public Tensor lerp(Tensor end, Scalar weight) => Ops.Lerp.Call(this, end, weight);
        public Tensor lerp(Tensor end, Tensor weight) => Ops.LerpTensor.Call(this, end, weight);
        public Tensor lerp_(Tensor end, Scalar weight) => InPlace(Ops.LerpInPlace, end, weight);

        private static Arg Mode(RoundingMode mode) => mode == RoundingMode.None ? Arg.None : mode == RoundingMode.floor ? "floor" : "trunc";

        private Tensor InPlace(Operator op, Arg argument)
        {
            op.Run(this, argument);
            return this;
        }

        private Tensor InPlace(Operator op, Arg first, Arg second)
        {
            op.Run(this, first, second);
            return this;
        }

        private Tensor InPlace(Operator op, Arg first, Arg second, Arg third)
        {
            op.Run(this, first, second, third);
            return this;
        }
    }

    /// <summary>How a quotient is rounded.</summary>
    public enum RoundingMode { None, trunc, floor }

    public static Tensor add(Tensor left, Tensor right) => left.add(right);
    public static Tensor add(Tensor left, Scalar right) => left.add(right);
    public static Tensor add(Tensor left, Tensor right, Scalar alpha) => left.add(right, alpha);
    public static Tensor add(Tensor left, Scalar right, Scalar alpha) => left.add(right, alpha);
    public static Tensor sub(Tensor left, Tensor right) => left.sub(right);
    public static Tensor sub(Tensor left, Scalar right) => left.sub(right);
    public static Tensor sub(Tensor left, Tensor right, Scalar alpha) => left.sub(right, alpha);
    public static Tensor sub(Tensor left, Scalar right, Scalar alpha) => left.sub(right, alpha);
    public static Tensor mul(Tensor left, Tensor right) => left.mul(right);
    public static Tensor mul(Tensor left, Scalar right) => left.mul(right);
    public static Tensor div(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);
    public static Tensor div(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);
    public static Tensor pow(Tensor left, Tensor exponent) => left.pow(exponent);
    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);
    public static Tensor remainder(Tensor left, Tensor right) => left.remainder(right);
    public static Tensor remainder(Tensor left, Scalar right) => left.remainder(right);
    public static Tensor fmod(Tensor left, Tensor right) => left.fmod(right);
    public static Tensor fmod(Tensor left, Scalar right) => left.fmod(right);
}
