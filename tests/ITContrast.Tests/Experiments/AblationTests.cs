using ITContrast.Evaluation.Statistics;
using ITContrast.Experiments;
using ITContrast.Experiments.Ablation;
using ITContrast.Tests.Data;

namespace ITContrast.Tests.Experiments;

public class AblationTests
{
    private static readonly RunConfig Baseline = Grids.Full(epochs: 2);

    public static TheoryData<string, bool> AllGrids => [.. Grids.Names.SelectMany(name => new[] { (name, false), (name, true) })];

    private static Ablation Grid() => Ablation.From(Baseline)
        .Without("synthesis", c => c with { Method = c.Method! with { Operators = [] } })
        .Vary("λ", [0.25, 1.0, 4.0], (c, lambda) => c with { Method = c.Method! with { Loss = c.Method.Loss with { Lambda = lambda } } })
        .Seeds(2);

    [Fact]
    public void Rows_are_the_baseline_what_is_taken_out_and_each_other_value() =>
        Assert.Equal(["baseline", "− synthesis", "λ = 0.25", "λ = 4"], Grid().Variants.Select(v => v.Name));

    [Fact]
    public void Cells_are_numbered_row_by_row_and_the_same_every_time()
    {
        Assert.Equal([1, 2, 1, 2, 1, 2, 1, 2], Grid().Cells.Select(c => c.Seed));
        Assert.Equal(Grid().Cells.Select(c => c.ToJson().ToJsonString()), Grid().Cells.Select(c => c.ToJson().ToJsonString()));
        Assert.Equal(8, Grid().Cells.Select(c => new RunIdentity(c, "data", "torch", 1).Hash).Distinct().Count());
    }

    [Fact]
    public void The_same_row_twice_is_refused_with_both_names() =>
        Assert.Contains(
            "'λ = 4' again",
            Assert
                .Throws<ArgumentException>(() =>
                    Grid().Vary("lambda", [4.0], (c, lambda) => c with { Method = c.Method! with { Loss = c.Method.Loss with { Lambda = lambda } } }))
                .Message);

    [Theory, MemberData(nameof(AllGrids))]
    public void Every_grid_is_made_of_configurations_that_can_be_read_back(string name, bool scenes)
    {
        var cells = Grids.ByName(name, 2, scenes).Cells;
        Assert.All(cells, c => Assert.Equal(c.ToJson().ToJsonString(), RunConfig.FromJson(c.ToJson()).ToJson().ToJsonString()));
        Assert.Equal(cells.Count, cells.Select(c => c.ToJson().ToJsonString()).Distinct().Count());
    }

    // The program stands in for itc: it is called as PROGRAM train --config FILE --runs STORE.
    [Fact]
    public async Task One_failed_cell_fails_alone_with_its_last_lines()
    {
        var executor = new LocalExecutor(["/bin/sh", "-c", "if grep -q '\"Seed\": 2' \"$3\"; then echo the disk is full >&2; exit 1; fi", "sh"], processes: 2);
        var states = new List<CellState>();
        var cells = await executor.RunAsync(
            Ablation.From(Baseline).Seeds(3).Cells, new RunStore("unused"), new Collect(states), TestContext.Current.CancellationToken);
        Assert.Equal([CellState.Done, CellState.Failed, CellState.Done], cells.Select(c => c.State));
        Assert.Equal("the disk is full", cells[1].Message);
        Assert.Equal(3, states.Count(s => s == CellState.Running));
    }

    [Fact]
    public async Task Cancelling_kills_the_processes()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource cancel = new();
        var begun = folder.At("begun");
        LocalExecutor executor = new(["/bin/sh", "-c", $"echo $$ >> '{begun}'; exec sleep 3600", "sh"], 2);
        var running = executor.RunAsync(Ablation.From(Baseline).Seeds(3).Cells, new RunStore(folder.At("runs")), null, cancel.Token);
        while (!File.Exists(begun) || File.ReadAllLines(begun).Length < 2) await Task.Delay(10, TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        foreach (var line in File.ReadAllLines(begun))
            while (Directory.Exists($"/proc/{line}")) await Task.Delay(10, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(0.5, 3.0, 0.01, true)]
    [InlineData(-0.5, 3.0, 0.01, false)]
    [InlineData(0.5, 3.0, 0.2, false)]
    [InlineData(-3.0, -0.5, 0.01, true)]
    public void No_row_claims_a_difference_whose_interval_holds_zero_or_whose_corrected_p_is_large(double low, double high, double p, bool different)
    {
        var row = new AblationRow("x", 3, 100, 1, 10, 20, 10, 20, 100, new PairedDifference("rsum", (low + high) / 2, low, high, p, 4), p);
        Assert.Equal(different, row.IsDifferent);
        Assert.Equal(!different, new AblationTable([row]).ToMarkdown().Contains("no difference shown"));
    }

    [Fact]
    public void Every_format_holds_every_cell_of_the_table()
    {
        var table = new AblationTable([
            new("a, b", 3, 100.25, 1.5, 10, 20, 30, 40, 99, null, double.NaN),
            new("c_1", 3, 101, 2, 11, 21, 31, 41, 98, new("rsum", 0.75, -1, 2.5, 0.4, 5), 0.4),
        ]);
        Assert.Contains("\"a, b\",3,100.2,1.5,,,,baseline,,10.0,20.0,30.0,40.0,99.0", table.ToCsv());
        Assert.Contains("c\\_1 & 3 & 101.0", table.ToLatex());
        Assert.Contains("| +0.8 | [-1.0, 2.5] | 0.400 | no difference shown | 5.0 |", table.ToMarkdown());
        Assert.Matches("<td[^>]*>a, b</td>", table.ToMimeBundle()["text/html"]);
    }

    private sealed class Collect(List<CellState> states) : IProgress<Cell>
    {
        public void Report(Cell value)
        {
            lock (states) states.Add(value.State);
        }
    }
}
