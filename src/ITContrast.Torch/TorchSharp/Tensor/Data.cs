using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ITContrast.Torch;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements, without a copy on the CPU; of a tensor on another device, a CPU copy that the accessor owns.</summary>
        /// <exception cref="ArgumentException"><typeparamref name="T"/> is not the tensor's element type.</exception>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            ValidateType(typeof(T));
            return new TensorAccessor<T>(this);
        }

        /// <summary>The elements of a contiguous CPU tensor, in place.</summary>
        /// <exception cref="InvalidOperationException">The tensor is elsewhere or not contiguous.</exception>
        internal unsafe Span<T> Elements<T>() where T : unmanaged
        {
            ValidateType(typeof(T));
            if (device_type != DeviceType.CPU)
                throw new InvalidOperationException($"the elements lie on {device}: move the tensor to the CPU first.");
            if (!is_contiguous())
                throw new InvalidOperationException($"the elements of {Brief()} are not contiguous: call contiguous() first.");
            return new Span<T>(DataPointer(), checked((int)numel()));
        }

        internal unsafe void* DataPointer()
        {
            if (numel() == 0) return null;
            void* data = Native.itc_data(Handle);
            return data is not null ? data : throw new TorchException("Tensor.data", Native.LastError(), Brief());
        }

        public T item<T>() where T : unmanaged
        {
            ValidateType(typeof(T));
            if (numel() != 1) throw new ArgumentException($"item needs a tensor of one element, got {Brief()}.");
            if (typeof(T) == typeof(Half) || ElementSize != Unsafe.SizeOf<T>() || dtype == ScalarType.BFloat16)
                return (T)(object)(Half)ToDouble();
            (double floating, long integer) = Number();
            return dtype switch
            {
                ScalarType.Float32 => (T)(object)(float)floating,
                ScalarType.Float64 => (T)(object)floating,
                ScalarType.Int64 => (T)(object)integer,
                ScalarType.Int32 => (T)(object)(int)integer,
                ScalarType.Int16 => (T)(object)(short)integer,
                ScalarType.Int8 => (T)(object)(sbyte)integer,
                ScalarType.Byte => (T)(object)(byte)integer,
                ScalarType.Bool => (T)(object)(integer != 0),
                _ => throw new ArgumentException($"item has no {typeof(T).Name} form of {Brief()}."),
            };
        }

        /// <summary>The raw bytes of a contiguous CPU tensor, in place; assigning copies into it.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (device_type != DeviceType.CPU)
                    throw new InvalidOperationException($"the bytes lie on {device}: move the tensor to the CPU first.");
                if (!is_contiguous())
                    throw new InvalidOperationException($"the bytes of {Brief()} are not contiguous: call contiguous() first.");
                return new Span<byte>(DataPointer(), checked((int)(numel() * ElementSize)));
            }
            set
            {
                Span<byte> target = bytes;
                if (value.Length != target.Length)
                    throw new ArgumentException($"{Brief()} holds {target.Length} bytes, got {value.Length}.");
                value.CopyTo(target);
            }
        }

        internal double ToDouble()
        {
            (double floating, long integer) = Number();
            return dtype is ScalarType.Int64 ? integer : floating;
        }

        internal unsafe (double Floating, long Integer) Number()
        {
            double floating;
            long integer;
            int kind = Alive(Native.itc_item(Handle, &floating, &integer));
            if (kind < 0) throw new TorchException("Tensor.item", Native.LastError(), Brief());
            return kind == (int)ArgKind.Double ? (floating, (long)floating) : (floating, integer);
        }

        private void ValidateType(Type type)
        {
            ScalarType own = dtype;
            bool fits = own switch
            {
                ScalarType.Float32 => type == typeof(float),
                ScalarType.Float64 => type == typeof(double),
                ScalarType.Int64 => type == typeof(long),
                ScalarType.Int32 => type == typeof(int),
                ScalarType.Int16 => type == typeof(short),
                ScalarType.Int8 => type == typeof(sbyte),
                ScalarType.Byte => type == typeof(byte),
                ScalarType.Bool => type == typeof(bool),
                ScalarType.Float16 => type == typeof(Half),
                ScalarType.ComplexFloat64 => type == typeof(System.Numerics.Complex),
                _ => false,
            };
            if (!fits) throw new ArgumentException($"the tensor holds {own}, not {type.Name}: {Brief()}. Convert it with to(...) first.");
        }
    }
}

/// <summary>Single numbers out of tensors of one element.</summary>
public static class TensorExtensionMethods
{
    public static double ToDouble(this torch.Tensor value) => One(value).ToDouble();
    public static float ToSingle(this torch.Tensor value) => (float)One(value).ToDouble();
    public static Half ToHalf(this torch.Tensor value) => (Half)One(value).ToDouble();
    public static long ToInt64(this torch.Tensor value) => One(value).Number().Integer;
    public static int ToInt32(this torch.Tensor value) => checked((int)One(value).Number().Integer);
    public static short ToInt16(this torch.Tensor value) => checked((short)One(value).Number().Integer);
    public static byte ToByte(this torch.Tensor value) => checked((byte)One(value).Number().Integer);
    public static sbyte ToSByte(this torch.Tensor value) => checked((sbyte)One(value).Number().Integer);
    public static bool ToBoolean(this torch.Tensor value) => One(value).ToDouble() != 0;

    public static Scalar ToScalar(this torch.Tensor value) =>
        value.is_floating_point() ? value.ToDouble() : value.dtype == torch.ScalarType.Bool ? value.ToBoolean() : value.ToInt64();

    private static torch.Tensor One(torch.Tensor value) =>
        value.numel() == 1 ? value : throw new ArgumentException($"one number needs a tensor of one element, got {value.Brief()}.");
}
