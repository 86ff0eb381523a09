using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator MaxAll = new("max(self)");
        internal static readonly Operator MaxDim = new("max.dim(self, dim, keepdim)");
        internal static readonly Operator MinAll = new("min(self)");
        internal static readonly Operator MinDim = new("min.dim(self, dim, keepdim)");
        internal static readonly Operator Amax = new("amax(self, dim, keepdim)");
        internal static readonly Operator Amin = new("amin(self, dim, keepdim)");
        internal static readonly Operator Argmax = new("argmax(self, dim, keepdim)");
        internal static readonly Operator Argmin = new("argmin(self, dim, keepdim)");
        internal static readonly Operator MedianAll = new("median(self)");
        internal static readonly Operator MedianDim = new("median.dim(self, dim, keepdim)");
        internal static readonly Operator Quantile = new("quantile.scalar(self, q, dim, keepdim, interpolation)");
        internal static readonly Operator QuantileTensor = new("quantile(self, q, dim, keepdim, interpolation)");
        internal static readonly Operator Topk = new("topk(self, k, dim, largest, sorted)");
        internal static readonly Operator Kthvalue = new("kthvalue(self, k, dim, keepdim)");
        internal static readonly Operator Sort = new("sort.stable(self, stable, dim, descending)");
        internal static readonly Operator Argsort = new("argsort(self, dim, descending)");
        internal static readonly Operator Bucketize = new("bucketize.Tensor(self, boundaries, out_int32, right)");
        internal static readonly Operator Searchsorted = new("searchsorted.Tensor(sorted_sequence, self, out_int32, right)");
        internal static readonly Operator Bincount = new("bincount(self, weights, minlength)");
        internal static readonly Operator Histc = new("histc(self, bins, min, max)");
        internal static readonly Operator Unique = new("_unique2(self, sorted, return_inverse, return_counts)");
    }

    public partial class Tensor
    {
        public Tensor max() => Ops.MaxAll.Call(this);
        public Tensor max(Tensor other) => maximum(other);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Ops.MaxDim.CallPair(this, dim, keepdim);
        public Tensor min() => Ops.MinAll.Call(this);
        public Tensor min(Tensor other) => minimum(other);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Ops.MinDim.CallPair(this, dim, keepdim);
        public Tensor amax(long[] dims, bool keepdim = false) => Ops.Amax.Call(this, Arg.Ints(dims), keepdim);
        public Tensor amax(params long[] dims) => Ops.Amax.Call(this, Arg.Ints(dims), false);
        public Tensor amin(long[] dims, bool keepdim = false) => Ops.Amin.Call(this, Arg.Ints(dims), keepdim);
        public Tensor amin(params long[] dims) => Ops.Amin.Call(this, Arg.Ints(dims), false);
        public Tensor argmax() => Ops.Argmax.Call(this, Arg.None, false);
        public Tensor argmax(long dim, bool keepdim = false) => Ops.Argmax.Call(this, dim, keepdim);
        public Tensor argmin() => Ops.Argmin.Call(this, Arg.None, false);
        public Tensor argmin(long dim, bool keepdim = false) => Ops.Argmin.Call(this, dim, keepdim);
        public Tensor median() => Ops.MedianAll.Call(this);
        public (Tensor values, Tensor indexes) median(long dim, bool keepdim = false) => Ops.MedianDim.CallPair(this, dim, keepdim);
        public Tensor quantile(double q, long dim = -1, bool keepdim = false) => Ops.Quantile.Call(this, q, dim, keepdim);
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) =>
            Ops.QuantileTensor.Call(this, q, dim, keepdim);
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Ops.Topk.CallPair(this, k, dim, largest, sorted);
        public (Tensor values, Tensor indices) kthvalue(long k, long? dim = null, bool keepdim = false) =>
            Ops.Kthvalue.CallPair(this, k, dim ?? -1, keepdim);
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Ops.Sort.CallPair(this, stable, dim, descending);
        public Tensor argsort(long dim = -1, bool descending = false) => Ops.Argsort.Call(this, dim, descending);
        public Tensor bincount(Tensor? weights = null, long minlength = 0) => Ops.Bincount.Call(this, weights, minlength);
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Ops.Histc.Call(this, bins, min, max);

        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
            bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            if (dim is not null) throw new ArgumentException("unique works on the flattened tensor here: pass dim = null.", nameof(dim));
            (Tensor output, Tensor inverse, Tensor counts) = Ops.Unique.CallTriple(this, sorted, return_inverse, return_counts);
            if (!return_inverse) inverse.Dispose();
            if (!return_counts) counts.Dispose();
            return (output, return_inverse ? inverse : null, return_counts ? counts : null);
        }
    }

    public static Tensor max(Tensor input) => input.max();
    public static Tensor max(Tensor input, Tensor other) => input.maximum(other);
    public static (Tensor values, Tensor indexes) max(Tensor input, long dim, bool keepdim = false) => input.max(dim, keepdim);
    public static Tensor min(Tensor input) => input.min();
    public static Tensor min(Tensor input, Tensor other) => input.minimum(other);
    public static (Tensor values, Tensor indexes) min(Tensor input, long dim, bool keepdim = false) => input.min(dim, keepdim);
    public static Tensor amax(Tensor input, long[] dims, bool keepdim = false) => input.amax(dims, keepdim);
    public static Tensor amin(Tensor input, long[] dims, bool keepdim = false) => input.amin(dims, keepdim);
    public static Tensor argmax(Tensor input) => input.argmax();
    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);
    public static Tensor argmin(Tensor input, long dim, bool keepdim = false) => input.argmin(dim, keepdim);
    public static Tensor median(Tensor input) => input.median();
    public static Tensor quantile(Tensor input, double q, long dim = -1, bool keepdim = false) => input.quantile(q, dim, keepdim);
    public static (Tensor values, Tensor indexes) topk(Tensor tensor, int k, int dim = -1, bool largest = true, bool sorted = true) =>
        tensor.topk(k, dim, largest, sorted);
    public static (Tensor Values, Tensor Indices) sort(Tensor input, long dim = -1, bool descending = false, bool stable = false) =>
        input.sort(dim, descending, stable);
    public static Tensor argsort(Tensor input, long dim = -1, bool descending = false) => input.argsort(dim, descending);
    public static Tensor bucketize(Tensor input, Tensor boundaries, bool outInt32 = false, bool right = false) =>
        Ops.Bucketize.Call(input, boundaries, outInt32, right);
    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false) =>
        Ops.Searchsorted.Call(sorted_sequence, values, out_int32, right);
    public static Tensor bincount(Tensor input, Tensor? weights = null, long minlength = 0) => input.bincount(weights, minlength);
    public static Tensor histc(Tensor input, long bins = 100, long min = 0, long max = 0) => input.histc(bins, min, max);
}
