using ITContrast.Evaluation;
using ITContrast.Evaluation.Ranking;

namespace ITContrast.Tests.Evaluation.Ranking;

public sealed class TileShapeTests
{
    [
        Theory, InlineData(5000, 25000, 1), InlineData(5000, 25000, 2), InlineData(5000, 25000, 3), InlineData(5000, 25000, 64),
        InlineData(1, 10_000_000, 8), InlineData(7, 9, 128)
    ]
    public void Tiles_cover_everything_keep_to_the_budget_and_divide_among_the_workers(int rows, int columns, int workers)
    {
        TileShape shape = TileShape.For(new(), rows, columns, workers);
        Assert.InRange(shape.Rows, 1, rows);
        Assert.InRange(shape.Columns, 1, columns);
        Assert.InRange(4L * workers * shape.Rows * shape.Columns, 0, 128L << 20);
        int tiles = (rows + shape.Rows - 1) / shape.Rows * ((columns + shape.Columns - 1) / shape.Columns);
        if (columns >= 25000) Assert.Equal(0, tiles % workers);
    }

    [Fact]
    public void Given_sides_are_kept() => Assert.Equal(new TileShape(100, 30), TileShape.For(new() { TileRows = 100, TileColumns = 30 }, 5000, 25000, 4));
}
