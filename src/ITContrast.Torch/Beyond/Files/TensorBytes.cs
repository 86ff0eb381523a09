using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>The bytes of tensors of any size, in pieces that a span can hold.</summary>
internal static class TensorBytes
{
    private const long PieceBytes = 1 << 28;

    /// <summary>What is done with a piece that begins at a byte offset.</summary>
    public delegate void Piece(long start, Span<byte> bytes);

    /// <summary>Visits the elements of a tensor in C order, wherever and however it lies.</summary>
    public static void Read(Tensor tensor, Piece visit)
    {
        using DisposeScope scope = NewDisposeScope();
        Visit(tensor.detach().cpu().contiguous().reshape(-1), visit);
    }

    /// <summary>Visits the memory of a contiguous CPU tensor of one axis, to be filled.</summary>
    public static void Fill(Tensor flat, Piece visit)
    {
        using DisposeScope scope = NewDisposeScope();
        Visit(flat, visit);
    }

    private static void Visit(Tensor flat, Piece visit)
    {
        long count = flat.NumberOfElements, size = flat.ElementSize, step = PieceBytes / size;
        for (long start = 0; start < count; start += step)
        {
            using Tensor piece = flat.narrow(0, start, Math.Min(step, count - start));
            visit(start * size, piece.bytes);
        }
    }
}
