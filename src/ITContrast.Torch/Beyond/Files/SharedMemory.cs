using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace ITContrast.Torch;

/// <summary>
/// Writable memory under tensors, private to this process: a copy-on-write mapping of a file, or a copy of bytes that were compressed. It goes when the
/// last tensor over it does; the file may be closed before.
/// </summary>
internal sealed unsafe class SharedMemory
{
    private readonly MemoryMappedViewAccessor? view;
    private int references = 1;

    private SharedMemory(byte* pointer, MemoryMappedViewAccessor? view)
    {
        Pointer = pointer;
        this.view = view;
    }

    public byte* Pointer { get; private set; }

    /// <summary>Maps a range of a file.</summary>
    public static SharedMemory Map(MappedBytes bytes)
    {
        MemoryMappedViewAccessor view = bytes.File.Private(bytes.Start, bytes.Length);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        return new SharedMemory(pointer + view.PointerOffset, view);
    }

    /// <summary>Copies bytes.</summary>
    public static SharedMemory Copy(byte* from, long count)
    {
        // 64 bytes is the alignment that torch gives its own memory.
        byte* pointer = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, count), 64);
        Buffer.MemoryCopy(from, pointer, count, count);
        return new SharedMemory(pointer, null);
    }

    /// <summary>One more tensor uses it; false where the last one has gone.</summary>
    public bool TryAdd()
    {
        for (int now = Volatile.Read(ref references); now > 0; now = Volatile.Read(ref references))
            if (Interlocked.CompareExchange(ref references, now + 1, now) == now) return true;
        return false;
    }

    /// <summary>One tensor less uses it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref references) != 0) return;
        if (view == null) NativeMemory.AlignedFree(Pointer);
        else
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
        }
        Pointer = null;
    }
}
