using System.Runtime.InteropServices;
using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// Writes one tensor as the zip of PyTorch's <c>torch.save</c>, which Python's <c>torch.load</c> reads too; the file appears whole or not at all.
    /// Modules have <c>save</c> and <c>load</c> of their own, and safetensors is the format for weights.
    /// </summary>
    public static unsafe void save(Tensor t, string location)
    {
        byte[]? archive = null;
        GCHandle receiver = GCHandle.Alloc((Action<byte[]>)(bytes => archive = bytes));
        try
        {
            Native.Check(Native.itc_archive(t.Handle, &Receive, GCHandle.ToIntPtr(receiver)), "torch.save");
        }
        finally
        {
            receiver.Free();
        }
        using AtomicFile file = new(location);
        file.Stream.Write(archive);
        file.Commit();
    }

    /// <summary>Reads a file that holds one tensor. Nothing in it is executed; of files that hold more, <see cref="TorchFile"/> reads all.</summary>
    /// <exception cref="DataFileException">The file is damaged, holds something else, or would have to execute code.</exception>
    public static Tensor load(string location)
    {
        using TorchFile file = TorchFile.Open(location);
        return file.Root is TensorView view
            ? view.ToTensor()
            : throw new DataFileException(
                location, $"holds {file.Tensors.Count} tensors in a {file.Root?.GetType().Name ?? "None"}, not one. Open it with TorchFile.");
    }

    [UnmanagedCallersOnly]
    private static unsafe void Receive(IntPtr context, byte* data, long size) =>
        ((Action<byte[]>)GCHandle.FromIntPtr(context).Target!)(new ReadOnlySpan<byte>(data, checked((int)size)).ToArray());
}
