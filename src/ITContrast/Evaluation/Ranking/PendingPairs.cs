using System.Runtime.InteropServices;

namespace ITContrast.Evaluation.Ranking;

/// <summary>Receives a pair's defined score and the directions that asked for it.</summary>
internal delegate void DefinedScoreSink(int first, int second, bool forFirst, bool forSecond, double score);

/// <summary>Pairs that only the defined score can decide, gathered until there are enough to score side by side.</summary>
internal sealed unsafe class PendingPairs : IDisposable
{
    private readonly Rows first, second;
    private readonly DefinedScoreSink sink;
    private readonly (int First, int Second, bool ForFirst, bool ForSecond)[] pairs = new (int, int, bool, bool)[DefinedScore.Lanes];
    private readonly float** a, b;
    private readonly double* scores;
    private int count;

    public PendingPairs(Rows first, Rows second, DefinedScoreSink sink)
    {
        (this.first, this.second, this.sink) = (first, second, sink);
        a = (float**)NativeMemory.Alloc(3 * DefinedScore.Lanes, sizeof(double));
        b = a + DefinedScore.Lanes;
        scores = (double*)(b + DefinedScore.Lanes);
    }

    public void Add(int firstRow, int secondRow, bool forFirst, bool forSecond)
    {
        pairs[count++] = (firstRow, secondRow, forFirst, forSecond);
        if (count == DefinedScore.Lanes) Flush();
    }

    public void Flush()
    {
        if (count == 0) return;
        for (int lane = 0; lane < DefinedScore.Lanes; lane++)
        {
            var pair = pairs[Math.Min(lane, count - 1)];
            a[lane] = first[pair.First];
            b[lane] = second[pair.Second];
        }
        DefinedScore.Eight(a, b, first.Width, scores);
        for (int lane = 0; lane < count; lane++)
        {
            var pair = pairs[lane];
            sink(pair.First, pair.Second, pair.ForFirst, pair.ForSecond, scores[lane]);
        }
        count = 0;
    }

    public void Dispose() => NativeMemory.Free(a);
}
