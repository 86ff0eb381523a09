using System.Runtime.InteropServices;
using TorchSharp;

namespace ITContrast.Torch;

/// <summary>Makes tensors over the bytes of files, without a copy.</summary>
internal static unsafe class MappedTensor
{
    /// <summary>
    /// A tensor over stored bytes, or null where they are not aligned to its elements or the mapping is refused (an address space that is full).
    /// </summary>
    public static torch.Tensor? TryMake(StoredBytes storage, long offset, long[] shape, long[] strides, ElementType type)
    {
        SharedMemory memory;
        try
        {
            memory = storage.Share();
        }
        catch (Exception e) when (e is IOException and not DataFileException or OutOfMemoryException)
        {
            return null;
        }
        byte* first = memory.Pointer + offset * type.Size();
        GCHandle keep = GCHandle.Alloc(memory);
        IntPtr handle = 0;
        if ((nuint)first % (nuint)type.Size() == 0)
            fixed (long* sizes = shape)
            fixed (long* steps = strides)
                handle = Native.itc_over_memory(first, sizes, steps, shape.Length, (int)type, &Release, GCHandle.ToIntPtr(keep));
        if (handle != 0) return new torch.Tensor(handle);
        keep.Free();
        memory.Release();
        return null;
    }

    [UnmanagedCallersOnly]
    private static void Release(IntPtr context)
    {
        GCHandle keep = GCHandle.FromIntPtr(context);
        ((SharedMemory)keep.Target!).Release();
        keep.Free();
    }
}
