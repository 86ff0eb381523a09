using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How a tensor's elements follow each other in memory, numbered as in libtorch.</summary>
    internal enum MemoryFormat { Contiguous = 0, Preserve = 1, ChannelsLast = 2, ChannelsLast3d = 3 }

    private static partial class Ops
    {
        internal static readonly Operator ToDtype = new("to.dtype(self, dtype, non_blocking, copy)");
        internal static readonly Operator ToDevice = new("to.device(self, device, dtype, non_blocking, copy)");
        internal static readonly Operator Detach = new("detach(self)");
        internal static readonly Operator DetachInPlace = new("detach_(self)");
        internal static readonly Operator Clone = new("clone(self, memory_format)");
        internal static readonly Operator Alias = new("alias(self)");
        internal static readonly Operator Contiguous = new("contiguous(self, memory_format)");
        internal static readonly Operator CopyInPlace = new("copy_(self, src, non_blocking)");
        internal static readonly Operator PinMemory = new("pin_memory(self)");
        internal static readonly Operator ZerosLike = new("zeros_like(self, dtype, device, memory_format)");
        internal static readonly Operator OnesLike = new("ones_like(self, dtype, device)");
        internal static readonly Operator EmptyLike = new("empty_like(self, dtype, device, memory_format)");
        internal static readonly Operator FullLike = new("full_like(self, fill_value, dtype, device)");
        internal static readonly Operator RandLike = new("rand_like(self, dtype, device)");
        internal static readonly Operator RandnLike = new("randn_like(self, dtype, device)");
    }

    public partial class Tensor
    {
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(Ops.ToDtype.Call(this, type, non_blocking, copy), disposeAfter);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(Ops.ToDevice.Call(this, device, type, non_blocking, copy), disposeAfter);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(
            DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) =>
            to(other.dtype, other.device, non_blocking: non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);
        public Tensor type(ScalarType dtype) => to(dtype);
        public Tensor type_as(Tensor tensor) => to(tensor.dtype);
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, false, false, non_blocking);
        public Tensor cpu() => to(CPU);
        public Tensor @float() => to(ScalarType.Float32);
        public Tensor @double() => to(ScalarType.Float64);
        public Tensor @long() => to(ScalarType.Int64);
        public Tensor @int() => to(ScalarType.Int32);
        public Tensor @bool() => to(ScalarType.Bool);
        public Tensor @byte() => to(ScalarType.Byte);
        public Tensor half() => to(ScalarType.Float16);
        public Tensor bfloat16() => to(ScalarType.BFloat16);

        public Tensor detach() => Ops.Detach.Call(this);
        public Tensor detach_() => InPlace(Ops.DetachInPlace);
        public Tensor clone() => Ops.Clone.Call(this);
        public Tensor alias() => Ops.Alias.Call(this);
        public Tensor contiguous() => Ops.Contiguous.Call(this);
        public Tensor pin_memory() => Ops.PinMemory.Call(this);
        public Tensor copy_(Tensor source, bool nonBlocking = false) => InPlace(Ops.CopyInPlace, source, nonBlocking);

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.ZerosLike.Call(this, dtype, device).Needing(requires_grad);
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.OnesLike.Call(this, dtype, device).Needing(requires_grad);
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.EmptyLike.Call(this, dtype, device).Needing(requires_grad);
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.FullLike.Call(this, value, dtype, device).Needing(requires_grad);
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.RandLike.Call(this, dtype, device).Needing(requires_grad);
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.RandnLike.Call(this, dtype, device).Needing(requires_grad);

        /// <summary>The tensor in another memory format; the elements and the shape stay.</summary>
        internal Tensor InFormat(MemoryFormat format) => Ops.Contiguous.Call(this, (long)format);

        private Tensor After(Tensor moved, bool disposeThis)
        {
            if (disposeThis) Dispose();
            return moved;
        }
    }

    public static Tensor clone(Tensor input) => input.clone();
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.zeros_like(dtype, device, requires_grad);
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.ones_like(dtype, device, requires_grad);
    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.empty_like(dtype, device, requires_grad);
    public static Tensor full_like(
        Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.full_like(value, dtype, device, requires_grad);
    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.rand_like(dtype, device, requires_grad);
    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.randn_like(dtype, device, requires_grad);
}
