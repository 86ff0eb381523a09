using System.Runtime.CompilerServices;
using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor: one reference to libtorch's, owned by a dispose scope or by its user.</summary>
    public partial class Tensor : IDisposable
    {
        private static long s_live;
        private static long s_peak;

        private IntPtr _handle;

        /// <summary>The scope that disposes this tensor, the guard that watches it where no scope does, or null while it has no owner.</summary>
        internal object? Owner;

        /// <summary>Its place in the scope.</summary>
        internal int Slot;

        /// <summary>Takes over one reference.</summary>
        internal Tensor(IntPtr handle)
        {
            _handle = handle;
            if (handle == IntPtr.Zero) throw new InvalidOperationException("libtorch returned no tensor.");
            long live = Interlocked.Increment(ref s_live);
            if (live > s_peak) s_peak = live;
            ScopeState state = ScopeState.Current;
            if (state.Innermost is { } scope)
            {
                state.CreatedInScope++;
                scope.Adopt(this);
            }
            else
            {
                state.CreatedOutsideScope++;
                Owner = new LeakGuard(this, state);
                LeakGuard.Collect(state);
            }
        }

        /// <summary>Tensors that are alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref s_live);

        /// <summary>The most that were alive at once.</summary>
        public static long PeakCount => s_peak;

        /// <summary>libtorch's own pointer.</summary>
        public IntPtr Handle => _handle != IntPtr.Zero ? _handle : throw Disposed();

        public bool IsInvalid => _handle == IntPtr.Zero;

        public long ndim => dim();
        public long Dimensions => dim();

        public ScalarType dtype => (ScalarType)Alive(Native.itc_dtype(Handle));

        public unsafe Device device
        {
            get
            {
                int index;
                int type = Alive(Native.itc_device(Handle, &index));
                return type == (int)DeviceType.CPU && index < 0 ? CPU : new Device((DeviceType)type, index);
            }
        }

        public DeviceType device_type
        {
            get
            {
                unsafe
                {
                    int index;
                    return (DeviceType)Alive(Native.itc_device(Handle, &index));
                }
            }
        }

        public unsafe long[] shape
        {
            get
            {
                long[] sizes = new long[dim()];
                fixed (long* p = sizes) Native.itc_sizes(Handle, p);
                return Alive(sizes);
            }
        }

        public long NumberOfElements => Alive(Native.itc_numel(Handle));
        public long ElementSize => Alive(Native.itc_element_size(Handle));

        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_cpu() => device_type == DeviceType.CPU;
        public bool is_sparse => (Flags & 8) != 0;
        public bool is_leaf => (Flags & 2) != 0;
        public bool is_inference => (Flags & 64) != 0;

        private int Flags
        {
            get
            {
                int flags = Alive(Native.itc_flags(Handle));
                Native.Check(flags, "Tensor");
                return flags;
            }
        }

        public long dim() => Alive(Native.itc_dim(Handle));
        public long numel() => NumberOfElements;
        public long element_size() => ElementSize;
        public long[] size() => shape;

        /// <summary>The length of one dimension; negative numbers count from the end.</summary>
        [SkipLocalsInit]
        public unsafe long size(int dim)
        {
            int n = Native.itc_dim(Handle);
            int at = dim < 0 ? dim + n : dim;
            if (at < 0 || at >= n) throw new ArgumentOutOfRangeException(nameof(dim), dim, $"the tensor has {n} dimensions: {Brief()}.");
            long* sizes = stackalloc long[n];
            Native.itc_sizes(Handle, sizes);
            return Alive(sizes[at]);
        }

        public unsafe long[] stride()
        {
            long[] strides = new long[dim()];
            fixed (long* p = strides) Native.itc_strides(Handle, p);
            return Alive(strides);
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + ndim : dim];

        public long storage_offset() => Alive(Native.itc_storage_offset(Handle));

        public bool is_contiguous() => (Flags & 4) != 0;
        public bool is_floating_point() => torch.is_floating_point(dtype);
        public bool is_integral() => torch.is_integral(dtype);
        public bool is_complex() => torch.is_complex(dtype);

        /// <summary>Frees the reference; a second call does nothing.</summary>
        public void Dispose()
        {
            IntPtr handle = Interlocked.Exchange(ref _handle, IntPtr.Zero);
            if (handle == IntPtr.Zero) return;
            Release();
            CountDown();
            Native.itc_free(handle);
        }

        /// <summary>Hands the reference to a new owner object and leaves this one disposed.</summary>
        internal IntPtr MoveHandle()
        {
            IntPtr handle = Handle;
            _handle = IntPtr.Zero;
            Release();
            CountDown();
            return handle;
        }

        internal static void CountDown() => Interlocked.Decrement(ref s_live);

        private void Release()
        {
            object? owner = Owner;
            Owner = null;
            if (owner is DisposeScope scope) scope.Forget(this);
            else if (owner is LeakGuard guard)
            {
                guard.Release();
                ScopeState.Current.DisposedOutsideScope++;
            }
        }

        // Without it the collector may take a tensor that nothing names any more while libtorch still reads it.
        private T Alive<T>(T result)
        {
            GC.KeepAlive(this);
            return result;
        }

        private static ObjectDisposedException Disposed() =>
            new(
                nameof(Tensor),
                "the tensor was disposed. Did it leave its dispose scope? MoveToOuterDisposeScope or DetachFromDisposeScope keeps it.");

        /// <summary>Shape and dtype in a few characters, for messages.</summary>
        internal string Brief() => _handle == IntPtr.Zero ? "disposed" : $"[{string.Join(", ", shape)}] {dtype}{(is_cuda ? " cuda" : "")}";

        public override string ToString() =>
            _handle == IntPtr.Zero ? "[disposed]" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
    }
}
