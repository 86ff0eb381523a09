using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator Cat = new("cat(tensors, dim)");
        internal static readonly Operator Stack = new("stack(tensors, dim)");
        internal static readonly Operator Split = new("split.Tensor(self, split_size, dim)");
        internal static readonly Operator SplitSizes = new("split_with_sizes(self, split_sizes, dim)");
        internal static readonly Operator Chunk = new("chunk(self, chunks, dim)");
        internal static readonly Operator Unbind = new("unbind.int(self, dim)");
        internal static readonly Operator Meshgrid = new("meshgrid.indexing(tensors, indexing)");
        internal static readonly Operator BroadcastTensors = new("broadcast_tensors(tensors)");
    }

    public partial class Tensor
    {
        public Tensor[] split(long size, long dim = 0) => Ops.Split.CallList(this, size, dim);
        public Tensor[] split(long[] sizes, long dim = 0) => Ops.SplitSizes.CallList(this, Arg.Ints(sizes), dim);
        public Tensor[] split(params long[] sizes) => split(sizes, 0);
        public Tensor[] chunk(long chunks, long dim = 0) => Ops.Chunk.CallList(this, chunks, dim);
        public Tensor[] unbind(long dimension = 0) => Ops.Unbind.CallList(this, dimension);
    }

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Ops.Cat.Call(Arg.List(tensors.AsReadable()), dim);
    public static Tensor cat(Tensor[] tensors, long dim = 0) => Ops.Cat.Call(Arg.List(tensors), dim);
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) =>
        Ops.Stack.Call(Arg.List(tensors as IReadOnlyList<Tensor> ?? [.. tensors]), dim);
    public static Tensor vstack(IList<Tensor> tensors) => cat(tensors, 0);
    public static Tensor[] split(Tensor tensor, long size, long dim = 0) => tensor.split(size, dim);
    public static Tensor[] split(Tensor tensor, long[] split_size_or_sections, long dim = 0) => tensor.split(split_size_or_sections, dim);
    public static Tensor[] chunk(Tensor input, long chunks, long dim = 0) => input.chunk(chunks, dim);
    public static Tensor[] unbind(Tensor input, long dim = 0) => input.unbind(dim);
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") =>
        Ops.Meshgrid.CallList(Arg.List([.. tensors]), indexing);
    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => Ops.BroadcastTensors.CallList(Arg.List(tensors));

    private static IReadOnlyList<Tensor> AsReadable(this IList<Tensor> tensors) => tensors as IReadOnlyList<Tensor> ?? [.. tensors];
}
