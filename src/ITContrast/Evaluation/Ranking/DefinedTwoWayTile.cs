using System.Numerics;
using System.Runtime.Intrinsics;

namespace ITContrast.Evaluation.Ranking;

/// <summary>Counts a tile by defined scores alone, both directions, in blocks that stay in cache.</summary>
internal sealed unsafe class DefinedTwoWayTile(TwoWayRanks ranks, RankCounts images, RankCounts captions) : IDisposable
{
    private const int BlockRows = 128, BlockColumns = 768;

    private readonly DefinedTile tile = new(BlockRows, BlockColumns);

    public void Count(int row, int rows, int column, int columns)
    {
        for (int i = row; i < row + rows; i += BlockRows)
        {
            for (int j = column; j < column + columns; j += BlockColumns)
            {
                int blockRows = Math.Min(BlockRows, row + rows - i), blockColumns = Math.Min(BlockColumns, column + columns - j);
                tile.Fill(ranks.Images, i, blockRows, ranks.Captions, j, blockColumns);
                for (int k = 0; k < blockRows; k++) CountRow(i + k, j, blockColumns, tile.Scores + (long)k * tile.Stride);
            }
        }
    }

    public void Dispose() => tile.Dispose();

    // Vectors only find out that nothing in eight columns is equal; whatever is equal goes one by one through RankCounts.Add.
    private void CountRow(int image, int column, int columns, double* scores)
    {
        Vector512<double> threshold = Vector512.Create(ranks.ImageThresholds[image]);
        int j = 0;
        for (; j + 8 <= columns; j += 8)
        {
            Vector512<double> s = Vector512.Load(scores + j), other = Vector512.Create(ranks.CaptionThresholds, column + j);
            if (Vector512.EqualsAny(s, threshold) || Vector512.EqualsAny(s, other))
            {
                for (int lane = j; lane < j + 8; lane++) CountOne(image, column + lane, scores[lane]);
                continue;
            }
            images.Greater[image] += BitOperations.PopCount(Vector512.GreaterThan(s, threshold).ExtractMostSignificantBits());
            ulong above = Vector512.GreaterThan(s, other).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1) captions.Greater[column + j + BitOperations.TrailingZeroCount(above)]++;
        }
        for (; j < columns; j++) CountOne(image, column + j, scores[j]);
    }

    private void CountOne(int image, int caption, double score)
    {
        bool positive = ranks.ImageOf[caption] == image;
        images.Add(image, score, ranks.ImageThresholds[image], caption, ranks.BestCaption[image], positive);
        captions.Add(caption, score, ranks.CaptionThresholds[caption], image, ranks.ImageOf[caption], positive);
    }
}
