using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Rows rounded to bf16, â, with what the bound needs, measured: ‖â‖ and the norm of what rounding took away, ‖a − â‖. A row is padded with zeros,
/// and some rows follow the last, as matrix tiles read them.
/// </summary>
internal sealed unsafe class BFloat16Rows : IDisposable
{
    private readonly Tensor memory;
    private readonly ushort* data;

    public BFloat16Rows(Rows rows)
    {
        Stride = BFloat16Tiles.Padded(rows.Width);
        memory = empty([rows.Count + BFloat16Tiles.Multiple - 1, Stride], ScalarType.BFloat16).DetachFromDisposeScope();
        Tensor = memory.narrow(0, 0, rows.Count).DetachFromDisposeScope();
        (Norms, Residuals) = (new double[rows.Count], new double[rows.Count]);
        using Tensor first = Tensor.narrow(0, 0, 1);
        fixed (byte* start = first.bytes)
        {
            data = (ushort*)start;
            Parallel.For(0, (rows.Count + 63) / 64, block =>
            {
                for (int row = block * 64; row < Math.Min(rows.Count, block * 64 + 64); row++)
                {
                    double squares = Round(rows[row], this[row], rows.Width);
                    new Span<ushort>(this[row] + rows.Width, Stride - rows.Width).Clear();
                    Residuals[row] = ErrorBound.RoundedUp(Math.Sqrt(squares)) + ErrorBound.Flushed(rows.Width);
                    Norms[row] = ErrorBound.RoundedUp(rows.Norms[row] + Residuals[row]);
                }
            });
            rows.Release(0, rows.Count);
        }
        (LargestNorm, LargestResidual) = (Norms.Max(), Residuals.Max());
    }

    /// <summary>â, <c>[N, Stride]</c> bf16.</summary>
    public Tensor Tensor { get; }

    /// <summary>D, padded.</summary>
    public int Stride { get; }

    public ushort* this[int row] => data + (long)row * Stride;

    /// <summary>Upper bounds of ‖â‖, <c>[N]</c>.</summary>
    public double[] Norms { get; }

    /// <summary>Upper bounds of ‖a − â‖, <c>[N]</c>.</summary>
    public double[] Residuals { get; }

    public double LargestNorm { get; }
    public double LargestResidual { get; }

    public void Dispose()
    {
        Tensor.Dispose();
        memory.Dispose();
    }

    /// <summary>Rounds to nearest, ties to even, and returns ‖a − â‖². The difference of a value and its rounding is an fp32 value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Round(float* source, ushort* target, int width)
    {
        Vector512<double> sum = default;
        int k = 0;
        for (; k + 16 <= width; k += 16)
        {
            Vector512<float> values = Vector512.Load(source + k);
            Vector512<uint> bits = values.AsUInt32();
            Vector512<uint> half = Vector512.ShiftRightLogical(
                bits + Vector512.Create(0x7fffu) + (Vector512.ShiftRightLogical(bits, 16) & Vector512<uint>.One), 16);
            Vector512.Narrow(half, half).GetLower().Store(target + k);
            Vector512<float> lost = values - Vector512.ShiftLeft(half, 16).AsSingle();
            Vector512<double> lower = Vector512.WidenLower(lost), upper = Vector512.WidenUpper(lost);
            sum += lower * lower + upper * upper;
        }
        double squares = Vector512.Sum(sum);
        for (; k < width; k++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(source[k]);
            target[k] = (ushort)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
            double lost = (double)source[k] - BFloat16Element.One(target[k]);
            squares += lost * lost;
        }
        return squares;
    }
}
