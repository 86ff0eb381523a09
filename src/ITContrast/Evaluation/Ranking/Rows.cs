using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Embeddings as the ranking reads them: <c>[Count, Width]</c> fp32 rows, contiguous, in memory that <see cref="Owner"/> keeps alive. The
/// constructor makes the one check of finiteness: a row's squared norm, taken in float64, is finite exactly when all its values are.
/// </summary>
internal sealed unsafe class Rows
{
    /// <summary>Mapped files up to this size stay in memory once read; of larger ones, pages are given back.</summary>
    public const long Resident = 256L << 20;

    // Read and given back at once by the first pass.
    private const long Chunk = 64L << 20;

    // One touched page can bring a whole huge page of the page cache, on either side.
    private const long HugePage = 2L << 20;

    private readonly bool passing;

    public Rows(float* data, int count, int width, string name, object owner, long resident = Resident)
    {
        Data = data;
        (Count, Width, Name, Owner) = (count, width, name, owner);
        passing = owner is EmbeddingFile && (long)count * width * sizeof(float) > resident;
        Norms = new double[count];
        int firstBad = count;
        int chunk = passing ? (int)Math.Clamp(Chunk / (width * sizeof(float)) / 256, 1, 1 << 20) * 256 : count;
        for (int start = 0; start < count; start += Math.Min(chunk, count - start))
        {
            int end = start + Math.Min(chunk, count - start);
            Parallel.For(start / 256, (end + 255) / 256, Measure);
            Release(start, end - start);
        }
        if (firstBad < count) throw NonFinite(firstBad);
        foreach (double norm in Norms) LargestNorm = Math.Max(LargestNorm, norm);

        void Measure(int block)
        {
            for (int row = block * 256; row < Math.Min(count, block * 256 + 256); row++)
            {
                double squares = SquaredNorm(this[row], width);
                if (!double.IsFinite(squares))
                {
                    for (int seen = firstBad; row < seen; seen = firstBad) Interlocked.CompareExchange(ref firstBad, row, seen);
                    return;
                }
                Norms[row] = ErrorBound.RoundedUp(Math.Sqrt(squares));
            }
        }
    }

    public float* Data { get; }
    public int Count { get; }
    public int Width { get; }

    /// <summary>"images" or "captions", for messages.</summary>
    public string Name { get; }

    /// <summary>What keeps <see cref="Data"/> alive: a tensor, a mapped file, a pinned array.</summary>
    public object Owner { get; }

    /// <summary>The same rows as a contiguous tensor, where they are one; what <see cref="Owner"/> is then.</summary>
    public Tensor? Tensor => Owner as Tensor;

    /// <summary>Upper bounds of the rows' Euclidean norms, <c>[Count]</c>.</summary>
    public double[] Norms { get; }

    public double LargestNorm { get; }

    /// <summary>Says that rows [start, start + count) are not needed for now.</summary>
    public void Release(int start, int count)
    {
        if (!passing) return;
        int around = (int)(HugePage / (Width * sizeof(float))) + 1,
            first = Math.Max(0, start - around),
            last = (int)Math.Min(Count, (long)start + count + around);
        MappedPages.Release(this[first], (long)(last - first) * Width * sizeof(float));
    }

    public float* this[int row] => Data + (long)row * Width;

    /// <summary>The rows of a <c>[N, D]</c> tensor; on the CPU in fp32 without a copy. Made tensors belong to the innermost dispose scope.</summary>
    /// <exception cref="ShapeException">Not two dimensions, or one of them 0.</exception>
    /// <exception cref="ArgumentException">Not fp32, nor bf16 or fp16, which fp32 holds exactly.</exception>
    /// <exception cref="DataException">A value is not finite.</exception>
    public static Rows Of(Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.ndim != 2 || tensor.shape[0] < 1 || tensor.shape[1] < 1)
            throw ShapeException.Of($"{name} (embeddings)", "N, D", tensor.shape);
        if (tensor.dtype is not (ScalarType.Float32 or ScalarType.BFloat16 or ScalarType.Float16))
            throw new ArgumentException(
                $"{name}: expected float32 embeddings (or bfloat16, float16), found {tensor.dtype}. The score is defined on fp32 rows: " +
                "convert with .to(ScalarType.Float32) where that loses nothing you need.", name);
        Tensor plain = tensor.detach().to(CPU).to(ScalarType.Float32).contiguous();
        // A view of one row, because the bytes of a whole tensor may be more than a span can hold.
        using Tensor first = plain.narrow(0, 0, 1);
        fixed (byte* data = first.bytes) return new Rows((float*)data, checked((int)tensor.shape[0]), checked((int)tensor.shape[1]), name, plain);
    }

    /// <summary>Rows [start, start + count), in place.</summary>
    public Rows Slice(int start, int count) => new(this, start, count);

    /// <summary>The given rows in the given order, copied; the copy belongs to the innermost dispose scope.</summary>
    public Rows Gather(int[] rows)
    {
        Tensor copy = empty([rows.Length, Width], ScalarType.Float32);
        using Tensor first = copy.narrow(0, 0, 1);
        fixed (byte* start = first.bytes)
        {
            var target = (float*)start;
            long size = (long)Width * sizeof(float);
            for (int row = 0; row < rows.Length; row++) Buffer.MemoryCopy(this[rows[row]], target + (long)row * Width, size, size);
            return new(target, rows.Length, Width, Name, copy);
        }
    }

    private Rows(Rows whole, int start, int count)
    {
        Data = whole[start];
        (Count, Width, Name, Norms) = (count, whole.Width, whole.Name, whole.Norms[start..(start + count)]);
        Owner = whole.Tensor?.narrow(0, start, count) ?? whole.Owner;
        passing = whole.passing;
        LargestNorm = Norms.Max();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SquaredNorm(float* row, int width)
    {
        var sum = Vector512<double>.Zero;
        int k = 0;
        for (; k + 8 <= width; k += 8)
        {
            var x = Vector512.Create(Vector256.WidenLower(Vector256.Load(row + k)), Vector256.WidenUpper(Vector256.Load(row + k)));
            sum += x * x;
        }
        double squares = Vector512.Sum(sum);
        for (; k < width; k++) squares += (double)row[k] * row[k];
        return squares;
    }

    private DataException NonFinite(int row)
    {
        int column = 0;
        while (float.IsFinite(this[row][column])) column++;
        return new DataException(
            $"{Name}: row {row}, column {column} of [{Count}, {Width}] is {this[row][column]}; every value of an embedding must be finite. " +
            "Look for a division by a zero norm, or a training run that diverged.");
    }
}
