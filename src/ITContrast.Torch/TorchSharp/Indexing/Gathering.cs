using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator Gather = new("gather(self, dim, index)");
        internal static readonly Operator Scatter = new("scatter.src(self, dim, index, src)");
        internal static readonly Operator ScatterInPlace = new("scatter_.src(self, dim, index, src)");
        internal static readonly Operator ScatterAdd = new("scatter_add(self, dim, index, src)");
        internal static readonly Operator ScatterAddInPlace = new("scatter_add_(self, dim, index, src)");
        internal static readonly Operator IndexSelect = new("index_select(self, dim, index)");
        internal static readonly Operator IndexAdd = new("index_add(self, dim, index, source, alpha)");
        internal static readonly Operator IndexAddInPlace = new("index_add_(self, dim, index, source, alpha)");
        internal static readonly Operator IndexCopy = new("index_copy(self, dim, index, source)");
        internal static readonly Operator IndexCopyInPlace = new("index_copy_(self, dim, index, source)");
        internal static readonly Operator IndexFill = new("index_fill.int_Scalar(self, dim, index, value)");
        internal static readonly Operator IndexPutInPlace = new("index_put_(self, indices, values, accumulate)");
        internal static readonly Operator MaskedFill = new("masked_fill.Scalar(self, mask, value)");
        internal static readonly Operator MaskedFillInPlace = new("masked_fill_.Scalar(self, mask, value)");
        internal static readonly Operator MaskedSelect = new("masked_select(self, mask)");
        internal static readonly Operator Take = new("take(self, index)");
        internal static readonly Operator TakeAlongDim = new("take_along_dim(self, indices, dim)");
        internal static readonly Operator Where = new("where.self(condition, self, other)");
        internal static readonly Operator Nonzero = new("nonzero(self)");
        internal static readonly Operator Select = new("select.int(self, dim, index)");
    }

    public partial class Tensor
    {
        public Tensor gather(long dim, Tensor index) => Ops.Gather.Call(this, dim, index);
        public Tensor scatter(long dim, Tensor index, Tensor src) => Ops.Scatter.Call(this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => InPlace(Ops.ScatterInPlace, dim, index, src);
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Ops.ScatterAdd.Call(this, dim, index, src);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => InPlace(Ops.ScatterAddInPlace, dim, index, src);
        public Tensor index_select(long dim, Tensor index) => Ops.IndexSelect.Call(this, dim, index);
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Ops.IndexAdd.Call(this, dim, index, source, alpha);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            Ops.IndexAddInPlace.Run(this, dim, index, source, alpha);
            return this;
        }

        public Tensor index_copy(long dim, Tensor index, Tensor source) => Ops.IndexCopy.Call(this, dim, index, source);
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => InPlace(Ops.IndexCopyInPlace, dim, index, source);
        public Tensor index_fill(long dim, Tensor index, Scalar value) => Ops.IndexFill.Call(this, dim, index, value);
        public Tensor masked_fill(Tensor mask, Scalar value) => Ops.MaskedFill.Call(this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => InPlace(Ops.MaskedFillInPlace, mask, value);
        public Tensor masked_select(Tensor mask) => Ops.MaskedSelect.Call(this, mask);
        public Tensor take(Tensor index) => Ops.Take.Call(this, index);
        public Tensor take_along_dim(Tensor indices, long dim = 0) => Ops.TakeAlongDim.Call(this, indices, dim);
        public Tensor where(Tensor condition, Tensor y) => Ops.Where.Call(condition, this, y);
        public Tensor nonzero() => Ops.Nonzero.Call(this);
        public Tensor select(long dim, long index) => Ops.Select.Call(this, dim, index);
    }

    public static Tensor gather(Tensor input, long dim, Tensor index) => input.gather(dim, index);
    public static Tensor scatter(Tensor input, long dim, Tensor index, Tensor src) => input.scatter(dim, index, src);
    public static Tensor scatter_(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_(dim, index, src);
    public static Tensor scatter_add_(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_add_(dim, index, src);
    public static Tensor scatter_add(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_add(dim, index, src);
    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);
    public static Tensor index_add(Tensor input, long dim, Tensor index, Tensor source, Scalar alpha) =>
        input.index_add(dim, index, source, alpha);
    public static Tensor masked_fill(Tensor input, Tensor mask, Scalar value) => input.masked_fill(mask, value);
    public static Tensor masked_select(Tensor input, Tensor mask) => input.masked_select(mask);
    public static Tensor take_along_dim(Tensor input, Tensor indices, long dim = 0) => input.take_along_dim(indices, dim);
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Ops.Where.Call(condition, x, y);
    public static Tensor nonzero(Tensor input) => input.nonzero();
    public static Tensor select(Tensor input, long dim, long index) => input.select(dim, index);
}
