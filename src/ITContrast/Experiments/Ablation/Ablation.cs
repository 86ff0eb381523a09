namespace ITContrast.Experiments.Ablation;

/// <summary>One row of an ablation: a name and the configuration it stands for, before a seed is set.</summary>
/// <param name="Name">What differs from the baseline, as the table writes it.</param>
/// <param name="Config">The whole configuration.</param>
public sealed record Variant(string Name, RunConfig Config);

/// <summary>
/// An ablation as an object: a baseline, rows that differ from it, seeds. Every (row, seed) is a cell, a run of the store: computed once, resumed when
/// interrupted, and found again by any process, because a run is named by its configuration.
/// <code>
///   Ablation.From(full).Without("synthesis", c => …).Vary("K", [16, 32, 64], (c, k) => …).Seeds(5)
/// </code>
/// </summary>
public sealed record Ablation
{
    private Ablation(Variant baseline) => (Baseline, Rows, SeedValues) = (baseline, [], [1, 2, 3]);

    /// <summary>What every other row is compared with.</summary>
    public Variant Baseline { get; }

    /// <summary>The other rows, in the order they were added.</summary>
    public IReadOnlyList<Variant> Rows { get; private init; }

    /// <summary>The seeds of every row. Default 1, 2, 3.</summary>
    public IReadOnlyList<ulong> SeedValues { get; private init; }

    /// <summary>Starts with a baseline.</summary>
    public static Ablation From(RunConfig baseline, string name = "baseline") => new(new Variant(name, baseline));

    /// <summary>An ablation of rows and seeds that are known already, as those of finished runs.</summary>
    public static Ablation Of(Variant baseline, IReadOnlyList<Variant> rows, IReadOnlyList<ulong> seeds) =>
        rows.Aggregate(new Ablation(baseline) { SeedValues = seeds }, (ablation, row) => ablation.Add(row.Name, row.Config));

    /// <summary>Adds the baseline with one part taken out.</summary>
    public Ablation Without(string part, Func<RunConfig, RunConfig> change) => Add($"− {part}", change(Baseline.Config));

    /// <summary>Adds a row for each value of one factor; a value that is the baseline's own adds none.</summary>
    public Ablation Vary<T>(string factor, IEnumerable<T> values, Func<RunConfig, T, RunConfig> change)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Aggregate(this, (ablation, value) => ablation.Add(FormattableString.Invariant($"{factor} = {value}"), change(Baseline.Config, value)));
    }

    /// <summary>Adds a row for each pair of values of two factors: their interaction.</summary>
    public Ablation Interact<TA, TB>(string a, IReadOnlyList<TA> valuesA, string b, IReadOnlyList<TB> valuesB, Func<RunConfig, TA, TB, RunConfig> change) =>
        valuesA.Aggregate(
            this,
            (ablation, x) =>
                valuesB.Aggregate(ablation, (inner, y) => inner.Add(FormattableString.Invariant($"{a} = {x}, {b} = {y}"), change(Baseline.Config, x, y))));

    /// <summary>Sets the seeds to first … first + n − 1.</summary>
    public Ablation Seeds(int count, ulong first = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return this with { SeedValues = [.. Enumerable.Range(0, count).Select(i => first + (ulong)i)] };
    }

    /// <summary>Baseline and rows.</summary>
    public IReadOnlyList<Variant> Variants => [Baseline, .. Rows];

    /// <summary>All cells, row by row: numbered the same every time the same ablation is written down.</summary>
    public IReadOnlyList<RunConfig> Cells => [.. Variants.SelectMany(variant => SeedValues.Select(seed => variant.Config with { Seed = seed }))];

    /// <summary>The cells whose runs a store lacks, in order. All rows are of the baseline's data.</summary>
    public IReadOnlyList<RunConfig> Missing(RunStore store)
    {
        using var dataset = LightRun.OpenData(Baseline.Config, store: store);
        return [.. Cells.Where(cell => store.Finished(cell, dataset) is null)];
    }

    private Ablation Add(string name, RunConfig config)
    {
        if (Same(config, Baseline.Config)) return this;
        if (Rows.FirstOrDefault(row => row.Name == name || Same(row.Config, config)) is { } twice)
            throw new ArgumentException($"The row '{name}' is the row '{twice.Name}' again; every row of an ablation is a configuration of its own.");
        return this with { Rows = [.. Rows, new Variant(name, config)] };
    }

    private static bool Same(RunConfig a, RunConfig b) => a.ToJson().ToJsonString() == b.ToJson().ToJsonString();
}
