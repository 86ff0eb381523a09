using System.Runtime.InteropServices;

namespace ITContrast.Evaluation.Ranking;

/// <summary>One thread's share of the tiles of <see cref="PairRanks"/>.</summary>
internal sealed unsafe class PairWorker : IDisposable
{
    private const int DefinedRows = 64;

    private readonly Rows queries, gallery;
    private readonly int galleryStart, tileRows, tileColumns;
    private readonly PositivePair[] pairs;
    private readonly int[] firstPair;
    private readonly IScoreProduct? product;
    private readonly IScoreTile? tile;
    private readonly DefinedTile? defined;
    private readonly PairCount[] counts;
    private readonly int* undecided;
    private readonly double* scores;

    public PairWorker(Rows queries, Rows gallery, int galleryStart, PositivePair[] pairs, int[] firstPair, IScoreProduct? product,
        TileShape shape)
    {
        (this.queries, this.gallery, this.galleryStart, this.pairs, this.firstPair) = (queries, gallery, galleryStart, pairs, firstPair);
        (this.product, tileRows, tileColumns) = (product, shape.Rows, shape.Columns);
        counts = new PairCount[pairs.Length];
        if (product != null) tile = product.NewTile(tileRows, tileColumns);
        else defined = new DefinedTile(Math.Min(tileRows, DefinedRows), tileColumns);
        undecided = (int*)NativeMemory.Alloc((nuint)tileColumns, sizeof(int));
        scores = (double*)NativeMemory.Alloc(DefinedScore.Lanes, sizeof(double));
    }

    public void Count(int query, int item)
    {
        int rows = Math.Min(tileRows, queries.Count - query), columns = Math.Min(tileColumns, gallery.Count - item);
        if (firstPair[query] == firstPair[query + rows]) return;
        if (tile != null) CountComputed(query, rows, item, columns);
        else for (int row = 0; row < rows; row += DefinedRows) CountDefined(query + row, Math.Min(DefinedRows, rows - row), item, columns);
        queries.Release(query, rows);
        gallery.Release(item, columns);
    }

    public void AddTo(PairCount[] all)
    {
        for (int pair = 0; pair < all.Length; pair++)
        {
            all[pair].Greater += counts[pair].Greater;
            all[pair].EqualBefore += counts[pair].EqualBefore;
            all[pair].Equal += counts[pair].Equal;
        }
    }

    public void Dispose()
    {
        tile?.Dispose();
        defined?.Dispose();
        NativeMemory.Free(undecided);
        NativeMemory.Free(scores);
    }

    private void CountComputed(int query, int rows, int item, int columns)
    {
        tile!.Fill(query, rows, item, columns);
        for (int row = 0; row < rows; row++)
        {
            double bound = product!.FirstBound(query + row);
            for (int pair = firstPair[query + row]; pair < firstPair[query + row + 1]; pair++)
            {
                float low = product.RoundDown(pairs[pair].Score - bound), high = product.RoundUp(pairs[pair].Score + bound);
                counts[pair].Greater += tile.CountRow(row, low, high, undecided, out int listed);
                Decide(pair, item, listed);
            }
        }
    }

    // First by the fast product, then what is left by definition, eight at a time.
    private void Decide(int pair, int item, int listed)
    {
        float* query = queries[pairs[pair].Query];
        double relative = ErrorBound.Fast(queries.Width), norm = queries.Norms[pairs[pair].Query];
        int left = 0;
        for (int entry = 0; entry < listed; entry++)
        {
            int row = item + undecided[entry];
            double above = FastDot.Dot(query, gallery[row], queries.Width) - pairs[pair].Score;
            double bound = ErrorBound.Absolute(relative, norm, gallery.Norms[row], queries.Width);
            if (above > bound) counts[pair].Greater++;
            else if (!(above < -bound)) undecided[left++] = row;
        }
        float** a = stackalloc float*[DefinedScore.Lanes];
        float** b = stackalloc float*[DefinedScore.Lanes];
        for (int start = 0; start < left; start += DefinedScore.Lanes)
        {
            int count = Math.Min(DefinedScore.Lanes, left - start);
            for (int lane = 0; lane < DefinedScore.Lanes; lane++)
            {
                a[lane] = query;
                b[lane] = gallery[undecided[start + Math.Min(lane, count - 1)]];
            }
            DefinedScore.Eight(a, b, queries.Width, scores);
            for (int lane = 0; lane < count; lane++) Add(pair, undecided[start + lane], scores[lane]);
        }
    }

    private void CountDefined(int query, int rows, int item, int columns)
    {
        defined!.Fill(queries, query, rows, gallery, item, columns);
        for (int row = 0; row < rows; row++)
            for (int pair = firstPair[query + row]; pair < firstPair[query + row + 1]; pair++)
                for (int column = 0; column < columns; column++) Add(pair, item + column, defined.Scores[(long)row * defined.Stride + column]);
    }

    private void Add(int pair, int row, double score)
    {
        if (score > pairs[pair].Score) counts[pair].Greater++;
        else if (score == pairs[pair].Score)
        {
            counts[pair].Equal++;
            if (galleryStart + row < pairs[pair].Item) counts[pair].EqualBefore++;
        }
    }
}
