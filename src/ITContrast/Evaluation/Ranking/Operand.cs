using static TorchSharp.torch;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Runs of rows as tensors: views where the rows are a tensor, a copy into a buffer of the worker's where they lie in a mapped file.
/// </summary>
internal sealed unsafe class Operand(Rows rows, int most) : IDisposable
{
    private Tensor? staged;
    private (int Row, int Count) held;

    /// <summary>Rows [row, row + count), <c>[count, D]</c>; the caller disposes it before the next call.</summary>
    public Tensor At(int row, int count)
    {
        if (rows.Tensor is { } tensor) return tensor.narrow(0, row, count);
        staged ??= empty([Math.Min(most, rows.Count), rows.Width], ScalarType.Float32).DetachFromDisposeScope();
        if (held != (row, count))
        {
            long size = (long)count * rows.Width * sizeof(float);
            fixed (byte* target = staged.bytes) Buffer.MemoryCopy(rows[row], target, size, size);
            held = (row, count);
        }
        return staged.narrow(0, 0, count);
    }

    public void Dispose() => staged?.Dispose();
}
