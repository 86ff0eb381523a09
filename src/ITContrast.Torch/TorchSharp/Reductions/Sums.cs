using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator SumAll = new("sum(self, dtype)");
        internal static readonly Operator Sum = new("sum.dim_IntList(self, dim, keepdim, dtype)");
        internal static readonly Operator MeanAll = new("mean(self, dtype)");
        internal static readonly Operator Mean = new("mean.dim(self, dim, keepdim, dtype)");
        internal static readonly Operator Prod = new("prod(self, dtype)");
        internal static readonly Operator ProdDim = new("prod.dim_int(self, dim, keepdim, dtype)");
        internal static readonly Operator Std = new("std.correction(self, dim, correction, keepdim)");
        internal static readonly Operator Var = new("var.correction(self, dim, correction, keepdim)");
        internal static readonly Operator NormAll = new("norm.Scalar(self, p)");
        internal static readonly Operator Norm = new("norm.ScalarOpt_dim(self, p, dim, keepdim)");
        internal static readonly Operator Logsumexp = new("logsumexp(self, dim, keepdim)");
        internal static readonly Operator Cumsum = new("cumsum(self, dim, dtype)");
        internal static readonly Operator Cumprod = new("cumprod(self, dim, dtype)");
        internal static readonly Operator AnyAll = new("any(self)");
        internal static readonly Operator AnyDim = new("any.dim(self, dim, keepdim)");
        internal static readonly Operator AllAll = new("all(self)");
        internal static readonly Operator AllDim = new("all.dim(self, dim, keepdim)");
        internal static readonly Operator CountNonzero = new("count_nonzero(self, dim)");
        internal static readonly Operator CountNonzeroDims = new("count_nonzero.dim_IntList(self, dim)");
        internal static readonly Operator Trace = new("trace(self)");
        internal static readonly Operator NanToNum = new("nan_to_num(self, nan, posinf, neginf)");
    }

    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Ops.SumAll.Call(this, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Ops.Sum.Call(this, dim, keepdim, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Over(Ops.Sum, dim, keepdim, type);
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Over(Ops.Sum, dim, keepdim, type);
        public Tensor mean() => Ops.MeanAll.Call(this, Arg.None);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Over(Ops.Mean, dimensions, keepdim, type);
        public Tensor prod(ScalarType? type = null) => Ops.Prod.Call(this, type);
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Ops.ProdDim.Call(this, dim, keepdim, type);
        public Tensor std(bool unbiased = true) => Ops.Std.Call(this, Arg.None, unbiased ? 1 : 0);
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Ops.Std.Call(this, dim, unbiased ? 1 : 0, keepdim), type);
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Ops.Std.Call(this, Arg.Ints(dimensions), unbiased ? 1 : 0, keepdim), type);
        public Tensor var(bool unbiased = true) => Ops.Var.Call(this, Arg.None, unbiased ? 1 : 0);
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Ops.Var.Call(this, dim, unbiased ? 1 : 0, keepdim), type);
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Ops.Var.Call(this, Arg.Ints(dimensions), unbiased ? 1 : 0, keepdim), type);
        public Tensor norm(float p = 2.0f) => Ops.NormAll.Call(this, p);
        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => Ops.Norm.Call(this, p, dim, keepdim);
        public Tensor logsumexp(long dim, bool keepdim = false) => Ops.Logsumexp.Call(this, dim, keepdim);
        public Tensor cumsum(long dim, ScalarType? type = null) => Ops.Cumsum.Call(this, dim, type);
        public Tensor cumprod(long dim, ScalarType? type = null) => Ops.Cumprod.Call(this, dim, type);
        public Tensor any() => Ops.AnyAll.Call(this);
        public Tensor any(long dim, bool keepdim = false) => Ops.AnyDim.Call(this, dim, keepdim);
        public Tensor all() => Ops.AllAll.Call(this);
        public Tensor all(long dim, bool keepdim = false) => Ops.AllDim.Call(this, dim, keepdim);
        public Tensor count_nonzero(long[]? dims = null) =>
            dims is null ? Ops.CountNonzero.Call(this) : Ops.CountNonzeroDims.Call(this, Arg.Ints(dims));
        public Tensor trace() => Ops.Trace.Call(this);
        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) =>
            Ops.NanToNum.Call(this, Arg.Optional(nan), Arg.Optional(posinf), Arg.Optional(neginf));

        private unsafe Tensor Over(Operator op, ReadOnlySpan<long> dim, bool keepdim, ScalarType? type)
        {
            fixed (long* p = dim) return op.Call(this, Arg.Ints(p, dim.Length), keepdim, type);
        }

        private static Tensor Typed(Tensor result, ScalarType? type)
        {
            if (type is null || type == result.dtype) return result;
            using (result) return result.to(type.Value);
        }
    }

    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);
    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);
    public static Tensor sum(Tensor input, ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
        input.sum(dim, keepdim, type);
    public static Tensor mean(Tensor input) => input.mean();
    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
        input.mean(dimensions, keepdim, type);
    public static Tensor prod(Tensor input, ScalarType? type = null) => input.prod(type);
    public static Tensor prod(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.prod(dim, keepdim, type);
    public static Tensor std(Tensor input, bool unbiased = true) => input.std(unbiased);
    public static Tensor std(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std(dimensions, unbiased, keepdim, type);
    public static Tensor std(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std(dimensions, unbiased, keepdim, type);
    public static Tensor var(Tensor input, bool unbiased = true) => input.var(unbiased);
    public static Tensor var(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var(dimensions, unbiased, keepdim, type);
    public static Tensor var(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var(dimensions, unbiased, keepdim, type);
    public static Tensor norm(Tensor input, float p = 2.0f) => input.norm(p);
    public static Tensor norm(Tensor input, int dimension, bool keepdim = false, float p = 2.0f) => input.norm(dimension, keepdim, p);
    public static Tensor logsumexp(Tensor input, long dim, bool keepdim = false) => input.logsumexp(dim, keepdim);
    public static Tensor cumsum(Tensor input, long dim, ScalarType? type = null) => input.cumsum(dim, type);
    public static Tensor any(Tensor input) => input.any();
    public static Tensor any(Tensor input, long dim, bool keepdim = false) => input.any(dim, keepdim);
    public static Tensor all(Tensor input) => input.all();
    public static Tensor all(Tensor input, long dim, bool keepdim = false) => input.all(dim, keepdim);
    public static Tensor count_nonzero(Tensor input, long[]? dims = null) => input.count_nonzero(dims);
    public static Tensor trace(Tensor input) => input.trace();
    public static Tensor nan_to_num(Tensor input, double nan = 0, double? posinf = null, double? neginf = null) =>
        input.nan_to_num(nan, posinf, neginf);
}
