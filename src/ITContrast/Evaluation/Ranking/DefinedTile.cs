using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Whole tiles of defined scores, <c>[rows, columns]</c> float64: a blocked matrix product whose every element is summed in index order, so
/// that it equals <see cref="DefinedScore.Dot"/> bit for bit. Vectors run across columns, never along the sum. It ranks what a GEMM cannot:
/// embeddings so close together that nearly every comparison is undecided.
/// </summary>
internal sealed unsafe class DefinedTile : IDisposable
{
    private const int RowGroup = 4, Panel = 24, Depth = 128;

    private readonly double* left, right;

    public DefinedTile(int maxRows, int maxColumns)
    {
        (MaxRows, MaxColumns) = (RoundUp(maxRows, RowGroup), maxColumns);
        Stride = RoundUp(maxColumns, Panel);
        Scores = Allocate((long)MaxRows * Stride);
        left = Allocate((long)MaxRows * Depth);
        right = Allocate(Panel * Depth);
    }

    public int MaxRows { get; }
    public int MaxColumns { get; }

    /// <summary>Doubles from one row of <see cref="Scores"/> to the next.</summary>
    public int Stride { get; }

    /// <summary>The tile last filled.</summary>
    public double* Scores { get; }

    /// <summary>A row of the tile last filled, with as many columns as the tile has at most.</summary>
    public ReadOnlySpan<double> Row(int row) => new(Scores + (long)row * Stride, MaxColumns);

    /// <summary>Scores rows [row, row + rows) of <paramref name="first"/> with [column, column + columns) of <paramref name="second"/>.</summary>
    public void Fill(Rows first, int row, int rows, Rows second, int column, int columns)
    {
        int paddedRows = RoundUp(rows, RowGroup), paddedColumns = RoundUp(columns, Panel);
        NativeMemory.Clear(Scores, (nuint)paddedRows * (nuint)Stride * sizeof(double));
        for (int k = 0; k < first.Width; k += Depth)
        {
            int depth = Math.Min(Depth, first.Width - k);
            for (int group = 0; group < paddedRows; group += RowGroup)
                Pack(first, row + group, Math.Min(RowGroup, rows - group), k, depth, RowGroup, left + (long)group * Depth);
            for (int panel = 0; panel < paddedColumns; panel += Panel)
            {
                Pack(second, column + panel, Math.Min(Panel, columns - panel), k, depth, Panel, right);
                for (int group = 0; group < paddedRows; group += RowGroup)
                    Accumulate(left + (long)group * Depth, right, depth, Scores + (long)group * Stride + panel, Stride);
            }
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(Scores);
        NativeMemory.AlignedFree(left);
        NativeMemory.AlignedFree(right);
    }

    // packed[k, member] = rows[row + member, k], as float64; missing members are zero.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(Rows rows, int row, int present, int start, int depth, int members, double* packed)
    {
        for (int member = 0; member < members; member++)
        {
            float* values = member < present ? rows[row + member] + start : null;
            for (int k = 0; k < depth; k++) packed[k * members + member] = values == null ? 0 : values[k];
        }
    }

    // tile[4, 24] += leftᵀ[4, depth] · right[depth, 24]: a product of two fp32 values is exact in float64, so fused or not makes no difference.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate(double* left, double* right, int depth, double* tile, int stride)
    {
        double* t0 = tile, t1 = tile + stride, t2 = tile + 2 * stride, t3 = tile + 3 * stride;
        Vector512<double> s00 = Vector512.Load(t0), s01 = Vector512.Load(t0 + 8), s02 = Vector512.Load(t0 + 16);
        Vector512<double> s10 = Vector512.Load(t1), s11 = Vector512.Load(t1 + 8), s12 = Vector512.Load(t1 + 16);
        Vector512<double> s20 = Vector512.Load(t2), s21 = Vector512.Load(t2 + 8), s22 = Vector512.Load(t2 + 16);
        Vector512<double> s30 = Vector512.Load(t3), s31 = Vector512.Load(t3 + 8), s32 = Vector512.Load(t3 + 16);
        for (int k = 0; k < depth; k++, left += RowGroup, right += Panel)
        {
            Vector512<double> b0 = Vector512.Load(right), b1 = Vector512.Load(right + 8), b2 = Vector512.Load(right + 16);
            Vector512<double> a = Vector512.Create(left[0]);
            s00 = Vector512.MultiplyAddEstimate(a, b0, s00);
            s01 = Vector512.MultiplyAddEstimate(a, b1, s01);
            s02 = Vector512.MultiplyAddEstimate(a, b2, s02);
            a = Vector512.Create(left[1]);
            s10 = Vector512.MultiplyAddEstimate(a, b0, s10);
            s11 = Vector512.MultiplyAddEstimate(a, b1, s11);
            s12 = Vector512.MultiplyAddEstimate(a, b2, s12);
            a = Vector512.Create(left[2]);
            s20 = Vector512.MultiplyAddEstimate(a, b0, s20);
            s21 = Vector512.MultiplyAddEstimate(a, b1, s21);
            s22 = Vector512.MultiplyAddEstimate(a, b2, s22);
            a = Vector512.Create(left[3]);
            s30 = Vector512.MultiplyAddEstimate(a, b0, s30);
            s31 = Vector512.MultiplyAddEstimate(a, b1, s31);
            s32 = Vector512.MultiplyAddEstimate(a, b2, s32);
        }
        s00.Store(t0); s01.Store(t0 + 8); s02.Store(t0 + 16);
        s10.Store(t1); s11.Store(t1 + 8); s12.Store(t1 + 16);
        s20.Store(t2); s21.Store(t2 + 8); s22.Store(t2 + 16);
        s30.Store(t3); s31.Store(t3 + 8); s32.Store(t3 + 16);
    }

    private static double* Allocate(long count) => (double*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(double)), 64);

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
