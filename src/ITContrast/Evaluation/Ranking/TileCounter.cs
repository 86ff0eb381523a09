using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ITContrast.Evaluation.Ranking;

/// <summary>How a tile's elements become fp32 values: fp32 as they are, bf16 as the upper half of an fp32.</summary>
internal unsafe interface ITileElement<T> where T : unmanaged
{
    static abstract Vector512<float> Sixteen(T* at);
    static abstract float One(T value);
}

internal readonly unsafe struct SingleElement : ITileElement<float>
{
    public static Vector512<float> Sixteen(float* at) => Vector512.Load(at);
    public static float One(float value) => value;
}

internal readonly unsafe struct BFloat16Element : ITileElement<ushort>
{
    public static Vector512<float> Sixteen(ushort* at)
    {
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Load(at));
        return Vector512.ShiftLeft(Vector512.Create(lower, upper), 16).AsSingle();
    }

    public static float One(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);
}

/// <summary>
/// One pass over a tile of computed scores, for both directions: counts what is above every row's and every column's threshold by more than
/// the error bound, ignores what is below by more, and lists the rest.
/// </summary>
internal static unsafe class TileCounter
{
    /// <summary>Largest side of a tile: a row and a column of it fit into 15 bits each of an entry.</summary>
    public const int LargestSide = 1 << 15;

    /// <summary>Flags of a listed entry; the row is in bits 15 to 29, the column in bits 0 to 14.</summary>
    public const uint RowUndecided = 1u << 31, ColumnUndecided = 1u << 30;

    /// <summary>Columns taken at once.</summary>
    public const int Group = 64;

    // Rows taken at once.
    private const int Band = 16;

    /// <param name="tile">Scores, <c>[rows, columns]</c>.</param>
    /// <param name="stride">Elements from one row of the tile to the next.</param>
    /// <param name="rows">Queries of the first direction, galleries of the second.</param>
    /// <param name="columns">The other way round.</param>
    /// <param name="rowBand">Per row: below the first value is less than the threshold, above the second is greater.</param>
    /// <param name="columnBand">The same per column.</param>
    /// <param name="rowGreater">Added to: decided as greater, per row.</param>
    /// <param name="columnGreater">Added to: decided as greater, per column.</param>
    /// <param name="undecided">Receives the entries that the band leaves open.</param>
    /// <param name="capacity">Room in <paramref name="undecided"/>; at least <see cref="Group"/>.</param>
    /// <returns>The number of entries listed, or -1 when there was no room: then the counts are incomplete.</returns>
    public static int Count<T, TElement>(T* tile, int stride, int rows, int columns, Bands rowBand, Bands columnBand,
        int* rowGreater, int* columnGreater, uint* undecided, int capacity)
        where T : unmanaged where TElement : struct, ITileElement<T>
    {
        int listed = 0;
        // A band of rows after the other, each from its first column to its last: so memory is read in as many streams as the prefetcher follows.
        for (int row = 0; row < rows; row += Band)
            if (
                !CountBand<T, TElement>(
                    tile, stride, row, Math.Min(rows, row + Band), columns, rowBand, columnBand, rowGreater, columnGreater, undecided, capacity, ref listed))
                return -1;
        return listed;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool CountBand<T, TElement>(T* tile, int stride, int start, int end, int columns, Bands rowBand, Bands columnBand,
        int* rowGreater, int* columnGreater, uint* undecided, int capacity, ref int listed)
        where T : unmanaged where TElement : struct, ITileElement<T>
    {
        int column = 0;
        for (; column + Group <= columns; column += Group)
        {
            Vector512<float> high0 = Vector512.Load(columnBand.High + column), high1 = Vector512.Load(columnBand.High + column + 16);
            Vector512<float> high2 = Vector512.Load(columnBand.High + column + 32), high3 = Vector512.Load(columnBand.High + column + 48);
            Vector512<float> low0 = Vector512.Load(columnBand.Low + column), low1 = Vector512.Load(columnBand.Low + column + 16);
            Vector512<float> low2 = Vector512.Load(columnBand.Low + column + 32), low3 = Vector512.Load(columnBand.Low + column + 48);
            Vector512<int> count0 = default, count1 = default, count2 = default, count3 = default;
            for (int row = start; row < end; row++)
            {
                T* at = tile + (long)row * stride + column;
                Vector512<float> s0 = TElement.Sixteen(at), s1 = TElement.Sixteen(at + 16);
                Vector512<float> s2 = TElement.Sixteen(at + 32), s3 = TElement.Sixteen(at + 48);
                ulong greater = Above(s0, s1, s2, s3, Vector512.Create(rowBand.High[row]));
                rowGreater[row] += BitOperations.PopCount(greater);
                ulong rowOpen = ~(greater | Below(s0, s1, s2, s3, Vector512.Create(rowBand.Low[row])));

                Vector512<int> g0 = Vector512.GreaterThan(s0, high0).AsInt32(), g1 = Vector512.GreaterThan(s1, high1).AsInt32();
                Vector512<int> g2 = Vector512.GreaterThan(s2, high2).AsInt32(), g3 = Vector512.GreaterThan(s3, high3).AsInt32();
                (count0, count1, count2, count3) = (count0 - g0, count1 - g1, count2 - g2, count3 - g3);
                ulong columnOpen = ~Join(
                    g0 | Vector512.LessThan(s0, low0).AsInt32(), g1 | Vector512.LessThan(s1, low1).AsInt32(),
                    g2 | Vector512.LessThan(s2, low2).AsInt32(), g3 | Vector512.LessThan(s3, low3).AsInt32());
                if ((rowOpen | columnOpen) != 0 && !List(rowOpen, columnOpen, row, column, undecided, capacity, ref listed)) return false;
            }
            Add(columnGreater + column, count0);
            Add(columnGreater + column + 16, count1);
            Add(columnGreater + column + 32, count2);
            Add(columnGreater + column + 48, count3);
        }
        for (; column < columns; column++)
        {
            for (int row = start; row < end; row++)
            {
                float score = TElement.One(tile[(long)row * stride + column]);
                if (score > rowBand.High[row]) rowGreater[row]++;
                if (score > columnBand.High[column]) columnGreater[column]++;
                bool rowOpen = !(score > rowBand.High[row] || score < rowBand.Low[row]);
                bool columnOpen = !(score > columnBand.High[column] || score < columnBand.Low[column]);
                if ((rowOpen || columnOpen) &&
                    !List(rowOpen ? 1UL : 0, columnOpen ? 1UL : 0, row, column, undecided, capacity, ref listed)) return false;
            }
        }
        return true;
    }

    /// <summary>One direction, one threshold, one row: counts what is above <paramref name="high"/> and lists the columns between the edges.</summary>
    /// <param name="row">Scores, <c>[columns]</c>.</param>
    /// <param name="columns">How many.</param>
    /// <param name="low">Below it a score is less than the threshold.</param>
    /// <param name="high">Above it a score is greater than the threshold.</param>
    /// <param name="undecided">Receives columns; room for all of them.</param>
    /// <param name="listed">How many were listed.</param>
    /// <returns>How many are greater.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CountRow<T, TElement>(T* row, int columns, float low, float high, int* undecided, out int listed)
        where T : unmanaged where TElement : struct, ITileElement<T>
    {
        Vector512<float> lows = Vector512.Create(low), highs = Vector512.Create(high);
        int greater = 0, column = 0;
        listed = 0;
        for (; column + 16 <= columns; column += 16)
        {
            Vector512<float> s = TElement.Sixteen(row + column);
            ulong above = Vector512.GreaterThan(s, highs).ExtractMostSignificantBits();
            greater += BitOperations.PopCount(above);
            ulong open = ~(above | Vector512.LessThan(s, lows).ExtractMostSignificantBits()) & 0xffff;
            for (; open != 0; open &= open - 1) undecided[listed++] = column + BitOperations.TrailingZeroCount(open);
        }
        for (; column < columns; column++)
        {
            float score = TElement.One(row[column]);
            if (score > high) greater++;
            else if (!(score < low)) undecided[listed++] = column;
        }
        return greater;
    }

    private static ulong Above(Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3, Vector512<float> high) =>
        Vector512.GreaterThan(s0, high).ExtractMostSignificantBits() | Vector512.GreaterThan(s1, high).ExtractMostSignificantBits() << 16 |
        Vector512.GreaterThan(s2, high).ExtractMostSignificantBits() << 32 | Vector512.GreaterThan(s3, high).ExtractMostSignificantBits() << 48;

    private static ulong Below(Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3, Vector512<float> low) =>
        Vector512.LessThan(s0, low).ExtractMostSignificantBits() | Vector512.LessThan(s1, low).ExtractMostSignificantBits() << 16 |
        Vector512.LessThan(s2, low).ExtractMostSignificantBits() << 32 | Vector512.LessThan(s3, low).ExtractMostSignificantBits() << 48;

    private static ulong Join(Vector512<int> m0, Vector512<int> m1, Vector512<int> m2, Vector512<int> m3) =>
        m0.ExtractMostSignificantBits() | m1.ExtractMostSignificantBits() << 16 |
        m2.ExtractMostSignificantBits() << 32 | m3.ExtractMostSignificantBits() << 48;

    private static void Add(int* at, Vector512<int> counts) => (Vector512.Load(at) + counts).Store(at);

    private static bool List(ulong rowOpen, ulong columnOpen, int row, int column, uint* undecided, int capacity, ref int listed)
    {
        if (listed + Group > capacity) return false;
        for (ulong open = rowOpen | columnOpen; open != 0; open &= open - 1)
        {
            int bit = BitOperations.TrailingZeroCount(open);
            uint flags = ((rowOpen >> bit & 1) != 0 ? RowUndecided : 0) | ((columnOpen >> bit & 1) != 0 ? ColumnUndecided : 0);
            undecided[listed++] = flags | (uint)row << 15 | (uint)(column + bit);
        }
        return true;
    }
}

/// <summary>The edges around a run of thresholds: <see cref="Low"/>[q] and <see cref="High"/>[q] enclose what the bound cannot tell from t_q.</summary>
internal readonly unsafe record struct Bands(nint LowAddress, nint HighAddress)
{
    public float* Low => (float*)LowAddress;
    public float* High => (float*)HighAddress;

    public Bands From(int first) => new(LowAddress + first * sizeof(float), HighAddress + first * sizeof(float));
}
