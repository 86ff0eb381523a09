using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Data;

/// <summary>The images of a batch as one tensor. The batch owns its tensors: dispose it after the step.</summary>
public sealed class ImageBatch : IDisposable
{
    private ImageBatch(ImageKind kind, Tensor values, Tensor? counts, Tensor? boxes) =>
        (Kind, Values, Counts, Boxes) = (kind, values, counts, boxes);

    /// <summary>What the values are.</summary>
    public ImageKind Kind { get; }

    /// <summary>float32: pixels <c>[B, 3, H, W]</c> in 0..1, regions <c>[B, R, D]</c> (rows past an image's count are zero), or global <c>[B, D]</c>.</summary>
    public Tensor Values { get; }

    /// <summary><c>[B]</c> int64, the number of valid regions; null for pixels and global features.</summary>
    public Tensor? Counts { get; }

    /// <summary><c>[B, R, 4]</c> float32 <c>x1 y1 x2 y2</c> relative to the image's width and height (0..1); null where the source has none.</summary>
    public Tensor? Boxes { get; }

    /// <summary>The number of images.</summary>
    public int Size => (int)Values.shape[0];

    /// <summary>
    /// An uninitialised batch on the CPU that a source fills through <see cref="ValueSpan"/>, <see cref="CountSpan"/> and <see cref="BoxSpan"/>:
    /// features go from the mapped file into the tensor in one copy.
    /// </summary>
    /// <param name="kind">What the values are.</param>
    /// <param name="shape">The whole shape, batch first.</param>
    /// <param name="boxes">Whether to add boxes (regions only).</param>
    public static ImageBatch Allocate(ImageKind kind, ReadOnlySpan<long> shape, bool boxes = false)
    {
        int rank = kind switch { ImageKind.Pixels => 4, ImageKind.Regions => 3, _ => 2 };
        if (shape.Length != rank) throw ShapeException.Of($"{kind} batch", $"{rank} dimensions", shape.ToArray());
        bool regions = kind == ImageKind.Regions;
        BatchMemory.Keep();
        return new(kind, Detached(empty(shape.ToArray(), float32)),
            regions ? Detached(empty([shape[0]], int64)) : null,
            regions && boxes ? Detached(empty([shape[0], shape[1], 4], float32)) : null);
    }

    /// <summary>A batch of tensors that exist already and that the batch owns from now on.</summary>
    /// <exception cref="ShapeException">The rank of <paramref name="values"/> is not that of <paramref name="kind"/>, or counts and boxes disagree with
    /// it.</exception>
    public static ImageBatch Own(ImageKind kind, Tensor values, Tensor? counts = null, Tensor? boxes = null)
    {
        int rank = kind switch { ImageKind.Pixels => 4, ImageKind.Regions => 3, _ => 2 };
        if (values.ndim != rank) throw ShapeException.Of($"{kind} batch", $"{rank} dimensions", values.shape);
        if (counts is not null && (counts.ndim != 1 || counts.shape[0] != values.shape[0])) throw ShapeException.Of("region counts", "B", counts.shape);
        if (boxes is not null && (boxes.ndim != 3 || boxes.shape[0] != values.shape[0])) throw ShapeException.Of("boxes", "B, R, 4", boxes.shape);
        return new(kind, values, counts, boxes);
    }

    /// <summary>The memory of <see cref="Values"/>, row-major; valid while the batch lives on the CPU.</summary>
    public Span<float> ValueSpan => MemoryMarshal.Cast<byte, float>(Values.bytes);

    /// <summary>The memory of <see cref="Counts"/>; empty where there are none.</summary>
    public Span<long> CountSpan => Counts is null ? [] : MemoryMarshal.Cast<byte, long>(Counts.bytes);

    /// <summary>The memory of <see cref="Boxes"/>; empty where there are none.</summary>
    public Span<float> BoxSpan => Boxes is null ? [] : MemoryMarshal.Cast<byte, float>(Boxes.bytes);

    /// <summary>The batch on another device; this one when it is there already (then both are one object).</summary>
    public ImageBatch To(Device device) =>
        Values.device.type == device.type && Values.device.index == device.index
            ? this
            : new(Kind, Detached(Values.to(device)), Counts is null ? null : Detached(Counts.to(device)), Boxes is null ? null : Detached(Boxes.to(device)));

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Values.Dispose();
        Counts?.Dispose();
        Boxes?.Dispose();
    }

    // A batch outlives the dispose scope it happens to be made in: its owner is this object.
    private static Tensor Detached(Tensor tensor) => tensor.DetachFromDisposeScope();
}
