using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

public sealed unsafe partial class TensorView
{
    /// <summary>
    /// A tensor of these elements. On the CPU it lies over the file itself, mapped copy-on-write: nothing is read until it is used, what is written into it
    /// stays in this process, and it outlives this file. Views of one storage share memory, as they did when they were saved. Where mapping cannot be had
    /// (another device, elements that are not aligned, a provider without it) the elements are copied.
    /// </summary>
    /// <param name="device">Where it is wanted; the CPU by default.</param>
    /// <exception cref="NotSupportedException">Torch has no tensor of this type.</exception>
    /// <exception cref="DataFileException">The bytes are damaged, or the file was cut.</exception>
    /// <remarks>As for spans: the file must not be shortened as long as a tensor over it lives. Replacing it by renaming is safe.</remarks>
    public Tensor ToTensor(Device? device = null)
    {
        if (Type is ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64)
            throw new NotSupportedException($"{storage.Path}: '{Name}' holds {Type}, and no tensor does. Read it with ReadIntegers.");
        bool elsewhere = device is not null && device.type != DeviceType.CPU;
        Tensor host = Count == 0 ? empty([.. Shape], (ScalarType)Type) : Map() ?? Copy();
        if (!elsewhere) return host;
        using (host) return host.to(device!);
    }

#if TORCH_SYSTEM
    private Tensor? Map() => MappedTensor.TryMake(storage, offset, [.. Shape], [.. Strides], Type);
#else
    // TorchSharp's packages make no tensor over foreign memory.
    private static Tensor? Map() => null;
#endif

    // The stretch of the storage that the view reaches is copied in order, then looked at with the view's own strides.
    private Tensor Copy()
    {
        long reach = 1;
        for (int axis = 0; axis < Shape.Count; axis++) reach += (Shape[axis] - 1) * Strides[axis];
        int size = Type.Size();
        using Tensor flat = empty(reach, (ScalarType)Type);
        byte* from = storage.At(offset * size, reach * size);
        TensorBytes.Fill(flat, (start, piece) => new ReadOnlySpan<byte>(from + start, piece.Length).CopyTo(piece));
        return flat.as_strided([.. Shape], [.. Strides]);
    }
}
