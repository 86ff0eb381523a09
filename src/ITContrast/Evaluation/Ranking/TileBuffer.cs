using static TorchSharp.torch;

namespace ITContrast.Evaluation.Ranking;

/// <summary>Memory for one tile, allocated once, and the matrix product into it.</summary>
internal sealed unsafe class TileBuffer : IDisposable
{
    private readonly Tensor whole;

    public TileBuffer(int rows, int columns, ScalarType type)
    {
        whole = empty([(long)rows * columns], type).DetachFromDisposeScope();
        using Tensor start = whole.narrow(0, 0, 1);
        fixed (byte* data = start.bytes) Data = data;
        MappedPages.PreferHuge(Data, whole.NumberOfElements * whole.ElementSize);
    }

    /// <summary>The tile last filled, contiguous <c>[rows, columns]</c>.</summary>
    public void* Data { get; }

    /// <summary>a · bᵀ for a <c>[rows, D]</c> and b <c>[columns, D]</c>.</summary>
    public void Multiply(Tensor a, Tensor b)
    {
        long rows = a.shape[0], columns = b.shape[0];
        using Tensor flat = whole.narrow(0, 0, rows * columns), tile = flat.view(rows, columns), transposed = b.transpose(0, 1);
        // beta 0: what the buffer holds is overwritten, not read.
        using Tensor same = tile.addmm_(a, transposed, beta: 0);
    }

    public void Dispose() => whole.Dispose();
}
