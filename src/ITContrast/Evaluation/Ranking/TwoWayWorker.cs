using System.Runtime.InteropServices;

namespace ITContrast.Evaluation.Ranking;

/// <summary>One thread's share of the tiles: its buffers, its counts, and the comparisons that its tiles leave open.</summary>
internal sealed unsafe class TwoWayWorker : IDisposable
{
    private readonly TwoWayRanks ranks;
    private readonly TwoWayBands? bands;
    private readonly int tileRows, tileColumns, capacity;
    private readonly IScoreTile? tile;
    private readonly uint* undecided;
    private readonly int* rowGreater, columnGreater;
    private readonly RankCounts images, captions;
    private readonly PendingPairs pending;
    private DefinedTwoWayTile? defined;

    public TwoWayWorker(TwoWayRanks ranks, IScoreProduct? product, TwoWayBands? bands, TileShape shape)
    {
        (this.ranks, this.bands, tileRows, tileColumns) = (ranks, bands, shape.Rows, shape.Columns);
        (images, captions) = (new RankCounts(ranks.Images.Count), new RankCounts(ranks.Captions.Count));
        pending = new PendingPairs(ranks.Images, ranks.Captions, AddDefined);
        tile = product?.NewTile(tileRows, tileColumns);
        // Past a quarter of a tile open, scoring the whole tile by definition is cheaper than pair by pair.
        capacity = Math.Max(64, tileRows * tileColumns / 4);
        undecided = (uint*)NativeMemory.Alloc((nuint)capacity, sizeof(uint));
        rowGreater = (int*)NativeMemory.AlignedAlloc((nuint)(tileRows + tileColumns) * sizeof(int), 64);
        columnGreater = rowGreater + tileRows;
    }

    public void Count(int row, int column)
    {
        int rows = Math.Min(tileRows, ranks.Images.Count - row), columns = Math.Min(tileColumns, ranks.Captions.Count - column);
        Count(row, rows, column, columns);
        ranks.Images.Release(row, rows);
        ranks.Captions.Release(column, columns);
    }

    private void Count(int row, int rows, int column, int columns)
    {
        if (tile != null && bands != null)
        {
            NativeMemory.Clear(rowGreater, (nuint)(tileRows + tileColumns) * sizeof(int));
            tile.Fill(row, rows, column, columns);
            int open = tile.Count(bands.Rows.From(row), bands.Columns.From(column), rowGreater, columnGreater, undecided, capacity);
            if (open >= 0)
            {
                for (int i = 0; i < rows; i++) images.Greater[row + i] += rowGreater[i];
                for (int j = 0; j < columns; j++) captions.Greater[column + j] += columnGreater[j];
                for (int entry = 0; entry < open; entry++) Decide(undecided[entry], row, column);
                pending.Flush();
                return;
            }
        }
        defined ??= new DefinedTwoWayTile(ranks, images, captions);
        defined.Count(row, rows, column, columns);
    }

    public void AddTo(RankCounts allImages, RankCounts allCaptions)
    {
        allImages.Add(images);
        allCaptions.Add(captions);
    }

    public void Dispose()
    {
        tile?.Dispose();
        defined?.Dispose();
        pending.Dispose();
        NativeMemory.Free(undecided);
        NativeMemory.AlignedFree(rowGreater);
    }

    private void Decide(uint entry, int row, int column)
    {
        int image = row + (int)(entry >> 15 & 0x7fff), caption = column + (int)(entry & 0x7fff);
        bool forImage = (entry & TileCounter.RowUndecided) != 0, forCaption = (entry & TileCounter.ColumnUndecided) != 0;
        if (forImage && ranks.BestCaption[image] == caption)
        {
            images.EqualPositives[image]++;
            forImage = false;
        }
        if (forCaption && ranks.ImageOf[caption] == image)
        {
            captions.EqualPositives[caption]++;
            forCaption = false;
        }
        if (!forImage && !forCaption) return;

        Rows first = ranks.Images, second = ranks.Captions;
        double score = FastDot.Dot(first[image], second[caption], first.Width);
        double bound = ErrorBound.Absolute(ErrorBound.Fast(first.Width), first.Norms[image], second.Norms[caption], first.Width);
        forImage = forImage && !Decided(score, ranks.ImageThresholds[image], bound, ref images.Greater[image]);
        forCaption = forCaption && !Decided(score, ranks.CaptionThresholds[caption], bound, ref captions.Greater[caption]);
        if (forImage || forCaption) pending.Add(image, caption, forImage, forCaption);
    }

    private static bool Decided(double score, double threshold, double bound, ref int greater)
    {
        if (score - threshold > bound) greater++;
        else return score - threshold < -bound;
        return true;
    }

    private void AddDefined(int image, int caption, bool forImage, bool forCaption, double score)
    {
        bool positive = ranks.ImageOf[caption] == image;
        if (forImage) images.Add(image, score, ranks.ImageThresholds[image], caption, ranks.BestCaption[image], positive);
        if (forCaption) captions.Add(caption, score, ranks.CaptionThresholds[caption], image, ranks.ImageOf[caption], positive);
    }
}
