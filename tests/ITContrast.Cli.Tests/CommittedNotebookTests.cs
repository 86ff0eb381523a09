using ITContrast.Notebooks.Format;

namespace ITContrast.Cli.Tests;

/// <summary>What a reader of the repository sees without running anything.</summary>
public class CommittedNotebookTests
{
    [Fact]
    public void Every_chart_has_a_picture_for_viewers_that_draw_none() => Assert.All(Committed.Notebooks(), path =>
        Assert.All(
            NotebookFile
                .Read(path)
                .Cells.SelectMany(cell => cell.Outputs)
                .Select(output => output!["data"])
                .Where(data => data?["application/vnd.plotly.v1+json"] is not null),
            data =>
                Assert.True(
                    data!["image/png"] is not null || data["image/svg+xml"] is not null,
                    $"{path} has a chart without a picture; add it: ./itc figure embed {path}")));
}
