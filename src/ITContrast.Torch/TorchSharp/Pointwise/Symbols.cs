using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => Ops.Add.Call(left, right);
        public static Tensor operator +(Tensor left, Scalar right) => Ops.AddScalar.Call(left, right);
        public static Tensor operator +(Scalar left, Tensor right) => Ops.AddScalar.Call(right, left);
        public static Tensor operator +(Tensor left, int right) => Ops.AddScalar.Call(left, right);
        public static Tensor operator +(int left, Tensor right) => Ops.AddScalar.Call(right, left);
        public static Tensor operator +(Tensor left, long right) => Ops.AddScalar.Call(left, right);
        public static Tensor operator +(long left, Tensor right) => Ops.AddScalar.Call(right, left);
        public static Tensor operator +(Tensor left, float right) => Ops.AddScalar.Call(left, right);
        public static Tensor operator +(float left, Tensor right) => Ops.AddScalar.Call(right, left);
        public static Tensor operator +(Tensor left, double right) => Ops.AddScalar.Call(left, right);
        public static Tensor operator +(double left, Tensor right) => Ops.AddScalar.Call(right, left);
        public static Tensor operator -(Tensor left, Tensor right) => Ops.Sub.Call(left, right);
        public static Tensor operator -(Tensor left, Scalar right) => Ops.SubScalar.Call(left, right);
        public static Tensor operator -(Scalar left, Tensor right) => Ops.ScalarMinus.Call(right, left);
        public static Tensor operator -(Tensor left, int right) => Ops.SubScalar.Call(left, right);
        public static Tensor operator -(int left, Tensor right) => Ops.ScalarMinus.Call(right, left);
        public static Tensor operator -(Tensor left, long right) => Ops.SubScalar.Call(left, right);
        public static Tensor operator -(long left, Tensor right) => Ops.ScalarMinus.Call(right, left);
        public static Tensor operator -(Tensor left, float right) => Ops.SubScalar.Call(left, right);
        public static Tensor operator -(float left, Tensor right) => Ops.ScalarMinus.Call(right, left);
        public static Tensor operator -(Tensor left, double right) => Ops.SubScalar.Call(left, right);
        public static Tensor operator -(double left, Tensor right) => Ops.ScalarMinus.Call(right, left);
        public static Tensor operator *(Tensor left, Tensor right) => Ops.Mul.Call(left, right);
        public static Tensor operator *(Tensor left, Scalar right) => Ops.MulScalar.Call(left, right);
        public static Tensor operator *(Scalar left, Tensor right) => Ops.MulScalar.Call(right, left);
        public static Tensor operator *(Tensor left, int right) => Ops.MulScalar.Call(left, right);
        public static Tensor operator *(int left, Tensor right) => Ops.MulScalar.Call(right, left);
        public static Tensor operator *(Tensor left, long right) => Ops.MulScalar.Call(left, right);
        public static Tensor operator *(long left, Tensor right) => Ops.MulScalar.Call(right, left);
        public static Tensor operator *(Tensor left, float right) => Ops.MulScalar.Call(left, right);
        public static Tensor operator *(float left, Tensor right) => Ops.MulScalar.Call(right, left);
        public static Tensor operator *(Tensor left, double right) => Ops.MulScalar.Call(left, right);
        public static Tensor operator *(double left, Tensor right) => Ops.MulScalar.Call(right, left);
        public static Tensor operator /(Tensor left, Tensor right) => Ops.Div.Call(left, right, Arg.None);
        public static Tensor operator /(Tensor left, Scalar right) => Ops.DivScalar.Call(left, right, Arg.None);
        public static Tensor operator /(Scalar left, Tensor right) => Over(left, right);
        public static Tensor operator /(Tensor left, int right) => Ops.DivScalar.Call(left, right, Arg.None);
        public static Tensor operator /(int left, Tensor right) => Over(left, right);
        public static Tensor operator /(Tensor left, long right) => Ops.DivScalar.Call(left, right, Arg.None);
        public static Tensor operator /(long left, Tensor right) => Over(left, right);
        public static Tensor operator /(Tensor left, float right) => Ops.DivScalar.Call(left, right, Arg.None);
        public static Tensor operator /(float left, Tensor right) => Over(left, right);
        public static Tensor operator /(Tensor left, double right) => Ops.DivScalar.Call(left, right, Arg.None);
        public static Tensor operator /(double left, Tensor right) => Over(left, right);
        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);
        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);
        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);
        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);
        public static Tensor operator ^(Tensor left, Tensor right) => left.bitwise_xor(right);
        public static Tensor operator ~(Tensor tensor) => tensor.bitwise_not();
        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);
        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);
        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);
        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);
        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);
        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);
        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);

        private static Tensor Over(Arg left, Tensor right)
        {
            using Tensor inverse = right.reciprocal();
            return Ops.MulScalar.Call(inverse, left);
        }
    }
}
