using ITContrast.Benchmarks.Rows;

namespace ITContrast.Benchmarks.Running;

/// <summary>All rows, in the order of tables.</summary>
internal static class RowList
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new DispatchRow(), new MlpRow(), new RanksRow(), new LightRow(), new SynthesisRow(), new RegionsRow(), new OscarRow(), new BertRow(),
        new AdamWRow(), new LoadingRow(), new StartRow(), new MainJobRow(), new SystemsRow(), new GrowthRow(),
    ];

    /// <summary>A row by name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Row Named(string name) => All.FirstOrDefault(row => row.Name == name)
        ?? throw new ArgumentException($"'{name}' is no row of the benchmark; there are: {string.Join(", ", All.Select(row => row.Name))}.");
}
