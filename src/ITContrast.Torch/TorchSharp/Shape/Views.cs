using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator Transpose = new("transpose.int(self, dim0, dim1)");
        internal static readonly Operator View = new("view(self, size)");
        internal static readonly Operator Reshape = new("reshape(self, shape)");
        internal static readonly Operator Permute = new("permute(self, dims)");
        internal static readonly Operator Unsqueeze = new("unsqueeze(self, dim)");
        internal static readonly Operator UnsqueezeInPlace = new("unsqueeze_(self, dim)");
        internal static readonly Operator Squeeze = new("squeeze(self)");
        internal static readonly Operator SqueezeDim = new("squeeze.dim(self, dim)");
        internal static readonly Operator Flatten = new("flatten.using_ints(self, start_dim, end_dim)");
        internal static readonly Operator Unflatten = new("unflatten.int(self, dim, sizes)");
        internal static readonly Operator Expand = new("expand(self, size)");
        internal static readonly Operator Repeat = new("repeat(self, repeats)");
        internal static readonly Operator RepeatInterleave = new("repeat_interleave.self_int(self, repeats, dim)");
        internal static readonly Operator RepeatInterleaveTensor = new("repeat_interleave.self_Tensor(self, repeats, dim)");
        internal static readonly Operator Tile = new("tile(self, dims)");
        internal static readonly Operator Narrow = new("narrow(self, dim, start, length)");
        internal static readonly Operator Numpy = new("numpy_T(self)");
        internal static readonly Operator MatrixT = new("mT(self)");
        internal static readonly Operator Diagonal = new("diagonal(self, offset, dim1, dim2)");
        internal static readonly Operator Diag = new("diag(self, diagonal)");
        internal static readonly Operator Triu = new("triu(self, diagonal)");
        internal static readonly Operator Tril = new("tril(self, diagonal)");
        internal static readonly Operator Flip = new("flip(self, dims)");
        internal static readonly Operator Roll = new("roll(self, shifts, dims)");
        internal static readonly Operator Movedim = new("movedim.intlist(self, source, destination)");
        internal static readonly Operator AsStrided = new("as_strided(self, size, stride, storage_offset)");
    }

    public partial class Tensor
    {
        public Tensor T => Ops.Numpy.Call(this);
        public Tensor mT => Ops.MatrixT.Call(this);
        public Tensor t() => T;
        public Tensor transpose(long dim0, long dim1) => Ops.Transpose.Call(this, dim0, dim1);
        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);
        public Tensor view(params long[] shape) => Ops.View.Call(this, Arg.Ints(shape));
        public Tensor view(ReadOnlySpan<long> shape) => Sized(Ops.View, shape);
        public Tensor view_as(Tensor other) => view(other.shape);
        public Tensor reshape(params long[] shape) => Ops.Reshape.Call(this, Arg.Ints(shape));
        public Tensor reshape(ReadOnlySpan<long> shape) => Sized(Ops.Reshape, shape);
        public Tensor permute(params long[] permutation) => Ops.Permute.Call(this, Arg.Ints(permutation));
        public Tensor unsqueeze(long dim) => Ops.Unsqueeze.Call(this, dim);
        public Tensor unsqueeze_(long dim) => InPlace(Ops.UnsqueezeInPlace, dim);
        public Tensor squeeze(long? dim = null) => dim is null ? Ops.Squeeze.Call(this) : Ops.SqueezeDim.Call(this, dim.Value);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Ops.Flatten.Call(this, start_dim, end_dim);
        public Tensor unflatten(long dim, params long[] sizes) => Ops.Unflatten.Call(this, dim, Arg.Ints(sizes));
        public Tensor expand(params long[] sizes) => Ops.Expand.Call(this, Arg.Ints(sizes));
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Sized(Ops.Expand, sizes);
        public Tensor expand_as(Tensor other) => expand(other.shape);
        public Tensor repeat(params long[] sizes) => Ops.Repeat.Call(this, Arg.Ints(sizes));
        public Tensor repeat(ReadOnlySpan<long> sizes) => Sized(Ops.Repeat, sizes);
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Ops.RepeatInterleave.Call(this, repeats, Arg.Optional(dim));
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Ops.RepeatInterleaveTensor.Call(this, repeats, Arg.Optional(dim));
        public Tensor tile(params long[] reps) => Ops.Tile.Call(this, Arg.Ints(reps));
        public Tensor narrow(long dim, long start, long length) => Ops.Narrow.Call(this, dim, start, length);
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Ops.Diagonal.Call(this, offset, dim1, dim2);
        public Tensor diag(long diagonal = 0) => Ops.Diag.Call(this, diagonal);
        public Tensor triu(long diagonal = 0) => Ops.Triu.Call(this, diagonal);
        public Tensor tril(long diagonal = 0) => Ops.Tril.Call(this, diagonal);
        public Tensor flip(params long[] dims) => Ops.Flip.Call(this, Arg.Ints(dims));
        public Tensor roll(long shifts, long? dims = null) => Ops.Roll.Call(this, shifts, dims is { } dim ? Arg.Ints([dim]) : Arg.Default);
        public Tensor roll(long[] shifts, long[]? dims = null) => Ops.Roll.Call(this, Arg.Ints(shifts), Arg.Ints(dims));
        public Tensor movedim(long[] source, long[] destination) => Ops.Movedim.Call(this, Arg.Ints(source), Arg.Ints(destination));
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0L) =>
            Ops.AsStrided.Call(this, Arg.Ints(size), Arg.Ints(strides), storageOffset);

        private unsafe Tensor Sized(Operator op, ReadOnlySpan<long> size)
        {
            fixed (long* p = size) return op.Call(this, Arg.Ints(p, size.Length));
        }
    }

    public static Tensor transpose(Tensor input, long dim0, long dim1) => input.transpose(dim0, dim1);
    public static Tensor reshape(Tensor input, params long[] shape) => input.reshape(shape);
    public static Tensor permute(Tensor input, params long[] permutation) => input.permute(permutation);
    public static Tensor unsqueeze(Tensor input, long dim) => input.unsqueeze(dim);
    public static Tensor squeeze(Tensor input, long? dim = null) => input.squeeze(dim);
    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) => input.flatten(start_dim, end_dim);
    public static Tensor narrow(Tensor input, long dim, long start, long length) => input.narrow(dim, start, length);
    public static Tensor tile(Tensor input, params long[] dims) => input.tile(dims);
    public static Tensor repeat_interleave(Tensor input, long repeats, long? dim = null, long? output_size = null) =>
        input.repeat_interleave(repeats, dim, output_size);
    public static Tensor repeat_interleave(Tensor input, Tensor repeats, long? dim = null, long? output_size = null) =>
        input.repeat_interleave(repeats, dim, output_size);
    public static Tensor diagonal(Tensor input, long offset = 0, long dim1 = 0, long dim2 = 1) => input.diagonal(offset, dim1, dim2);
    public static Tensor diag(Tensor input, long diagonal = 0) => input.diag(diagonal);
    public static Tensor triu(Tensor input, long diagonal = 0) => input.triu(diagonal);
    public static Tensor tril(Tensor input, long diagonal = 0) => input.tril(diagonal);
    public static Tensor flip(Tensor input, params long[] dims) => input.flip(dims);
    public static Tensor roll(Tensor input, long shifts, long? dims = null) => input.roll(shifts, dims);
}
