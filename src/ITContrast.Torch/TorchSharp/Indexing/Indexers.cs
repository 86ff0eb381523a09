using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => Get(indices);
            set => Set(indices, value);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => Get(Array.ConvertAll(indices, TensorIndex.Tensor));
            set => Set(Array.ConvertAll(indices, TensorIndex.Tensor), value);
        }

        public Tensor this[TensorIndex i1]
        {
            get => Get([i1]);
            set => Set([i1], value);
        }

        public Tensor this[TensorIndex i1, TensorIndex i2]
        {
            get => Get([i1, i2]);
            set => Set([i1, i2], value);
        }

        public Tensor this[TensorIndex i1, TensorIndex i2, TensorIndex i3]
        {
            get => Get([i1, i2, i3]);
            set => Set([i1, i2, i3], value);
        }

        public Tensor this[Tensor i1]
        {
            get => Get([i1]);
            set => Set([i1], value);
        }

        public Tensor this[Tensor i1, Tensor i2]
        {
            get => Get([i1, i2]);
            set => Set([i1, i2], value);
        }

        public Tensor this[long i1]
        {
            get => Get([i1]);
            set => Set([i1], value);
        }

        public Tensor this[long i1, long i2]
        {
            get => Get([i1, i2]);
            set => Set([i1, i2], value);
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => Get([i1, i2, i3]);
            set => Set([i1, i2, i3], value);
        }

        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => Get([i1, i2, i3, i4]);
            set => Set([i1, i2, i3, i4], value);
        }

        public Tensor index(params TensorIndex[] indices) => Get(indices);

        public Tensor slice(long dim, long start, long finish, long step)
        {
            TensorIndex[] indices = new TensorIndex[(dim < 0 ? dim + ndim : dim) + 1];
            Array.Fill(indices, TensorIndex.Colon);
            indices[^1] = TensorIndex.Slice(start, finish, step);
            return Get(indices);
        }

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            Set(indices, value);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            InPlace(Ops.IndexPutInPlace, Arg.List(indices), value, accumulate);

        private unsafe Tensor Get(ReadOnlySpan<TensorIndex> indices)
        {
            NativeValue* values = stackalloc NativeValue[indices.Length];
            long* slices = stackalloc long[indices.Length * 3];
            Fill(indices, values, slices);
            IntPtr result = Alive(Native.itc_get_index(Handle, values, indices.Length));
            if (result == IntPtr.Zero) throw new TorchException("index", Native.LastError(), Brief());
            return new Tensor(result);
        }

        private unsafe void Set(ReadOnlySpan<TensorIndex> indices, Tensor value)
        {
            NativeValue* values = stackalloc NativeValue[indices.Length];
            long* slices = stackalloc long[indices.Length * 3];
            Fill(indices, values, slices);
            if (Alive(Native.itc_set_index(Handle, values, indices.Length, value.Handle)) < 0)
                throw new TorchException("index_put", Native.LastError(), $"{Brief()}, value {value.Brief()}");
        }

        // A slice travels as three integers, the smallest one standing for an open end.
        private static unsafe void Fill(ReadOnlySpan<TensorIndex> indices, NativeValue* values, long* slices)
        {
            for (int i = 0; i < indices.Length; i++, slices += 3)
            {
                ref readonly TensorIndex index = ref indices[i];
                values[i] = index.Kind switch
                {
                    TensorIndex.Form.None => new NativeValue { Kind = ArgKind.None },
                    TensorIndex.Form.Ellipsis => new NativeValue { Kind = ArgKind.String },
                    TensorIndex.Form.Single => new NativeValue { Kind = ArgKind.Int, Int = index.Start!.Value },
                    TensorIndex.Form.Bool => new NativeValue { Kind = ArgKind.Bool, Int = index.Start!.Value },
                    TensorIndex.Form.Tensor => new NativeValue { Kind = ArgKind.Tensor, Pointer = index.Values!.Handle },
                    _ => new NativeValue { Kind = ArgKind.IntList, Length = 3, Pointer = (IntPtr)slices },
                };
                slices[0] = index.Start ?? long.MinValue;
                slices[1] = index.Stop ?? long.MinValue;
                slices[2] = index.Step ?? long.MinValue;
            }
        }
    }
}
