using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ITContrast.Training;

namespace ITContrast.Experiments.Slurm;

/// <summary>
/// An ablation that a cluster computes: a name, an identity, and cells that keep their numbers from submission to submission. It lies in the run store, under
/// <c>sweeps/NAME</c>: <c>sweep.json</c>, one record a cell, the scripts, their logs and the report. Results are the runs' own; the sweep holds none.
/// </summary>
public sealed class Sweep
{
    private readonly RunStore store;

    private Sweep(RunStore store, string name, IReadOnlyList<SweepCell> cells, int cellsPerTask) =>
        (this.store, Name, Cells, CellsPerTask) = (store, name, cells, cellsPerTask);

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The cells by number.</summary>
    public IReadOnlyList<SweepCell> Cells { get; }

    /// <summary>How many cells share a task: cell c belongs to task c / this.</summary>
    public int CellsPerTask { get; }

    /// <summary>The store that the runs lie in.</summary>
    public RunStore Store => store;

    /// <summary>The sweep's folder.</summary>
    public string Folder => FolderOf(store, Name);

    /// <summary>The name of its jobs: no other sweep's, since it is made of the sweep's place too.</summary>
    public string JobName => $"itc-{Name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Folder)))[..8]}";

    /// <summary>Where the report is written.</summary>
    public string ReportPath => File("report.md");

    /// <summary>Present once the sweep was cancelled, until it is submitted again.</summary>
    public string CancelPath => File("cancelled");

    /// <summary>The names of a store's sweeps.</summary>
    public static IReadOnlyList<string> Names(RunStore store)
    {
        var folder = Path.Combine(store.Folder, "sweeps");
        return Directory.Exists(folder)
            ?
            [
                .. Directory
                    .GetDirectories(folder)
                    .Where(f => System.IO.File.Exists(Path.Combine(f, "sweep.json")))
                    .Select(f => Path.GetFileName(f))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }

    /// <summary>Opens a sweep that was submitted before.</summary>
    /// <exception cref="DataException">There is none of that name; those that exist are listed.</exception>
    public static Sweep Open(RunStore store, string name) => Read(store, name)
        ?? throw new DataException(
            $"There is no sweep '{name}' in {store.Folder}; there are: {(Names(store) is { Count: > 0 } names ? string.Join(", ", names) : "none")}.");

    /// <summary>
    /// Writes a sweep down, or adds cells to one: a cell that is known keeps its number, a new one gets the next. A known cell that is missing now means that
    /// the configuration changed: refused.
    /// </summary>
    /// <param name="store">The run store.</param>
    /// <param name="name">Letters, digits, dot, dash and underscore.</param>
    /// <param name="cells">The cells wanted; numbers are given here.</param>
    /// <param name="cellsPerTask">How many cells share a task.</param>
    /// <exception cref="DataException">The change is incompatible; the first cell and member that differ are named.</exception>
    /// <exception cref="ArgumentException">The name, or a cell twice.</exception>
    public static Sweep Define(RunStore store, string name, IReadOnlyList<SweepCell> cells, int cellsPerTask)
    {
        if (name.Length == 0 || name[0] is '.' or '-' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            throw new ArgumentException($"'{name}' is no sweep's name: use letters, digits, '.', '-' and '_', a letter or digit first.");
        if (cells.GroupBy(c => c.Run).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"The cell of row '{twice.First().Row}' and row '{twice.Last().Row}' is one run, {twice.Key}.");
        var known = Read(store, name)?.Cells ?? [];
        var runs = cells.Select(c => c.Run).ToHashSet();
        if (known.FirstOrDefault(c => !runs.Contains(c.Run)) is { } missing) throw Changed(name, missing, cells);
        var old = known.Select(c => c.Run).ToHashSet();
        Sweep sweep = new(
            store,
            name,
            [.. known, .. cells.Where(c => !old.Contains(c.Run)).Select((c, i) => c with { Number = known.Count + i })],
            cellsPerTask);
        sweep.Write();
        return sweep;
    }

    /// <summary>The number of the task that a cell belongs to.</summary>
    public int TaskOf(SweepCell cell) => cell.Number / CellsPerTask;

    /// <summary>The cells of a task.</summary>
    public IReadOnlyList<SweepCell> CellsOf(int task) => [.. Cells.Where(cell => TaskOf(cell) == task)];

    /// <summary>A cell's run.</summary>
    public RunFolder RunOf(SweepCell cell) => new(Path.Combine(store.Folder, cell.Run));

    /// <summary>A cell's record.</summary>
    public string RecordPath(SweepCell cell) => File(Path.Combine("cells", $"{cell.Number:D4}.json"));

    /// <summary>A path in the sweep's folder.</summary>
    internal string File(string name) => Path.Combine(Folder, name);

    private static string FolderOf(RunStore store, string name) => Path.Combine(store.Folder, "sweeps", name);

    private static Sweep? Read(RunStore store, string name)
    {
        var path = Path.Combine(FolderOf(store, name), "sweep.json");
        if (!System.IO.File.Exists(path)) return null;
        var json = RunFolder.Read(path);
        if (json["cells"] is not JsonArray cells || (int?)json["cellsPerTask"] is not > 0)
            throw DataException.At(path, "", "the members \"cells\" and \"cellsPerTask\"", "others");
        return new(
            store,
            name,
            [.. cells.Select((cell, i) => new SweepCell(i, (string)cell!["row"]!, RunConfig.FromJson(cell["config"]!), (string)cell["run"]!))],
            (int)json["cellsPerTask"]!);
    }

    private void Write()
    {
        Directory.CreateDirectory(File("cells"));
        Directory.CreateDirectory(File("logs"));
        JsonArray cells = [.. Cells.Select(cell => new JsonObject { ["row"] = cell.Row, ["run"] = cell.Run, ["config"] = cell.Config.ToJson() })];
        RunFolder.Write(File("sweep.json"), new JsonObject { ["cellsPerTask"] = CellsPerTask, ["cells"] = cells });
    }

    private static DataException Changed(string name, SweepCell known, IReadOnlyList<SweepCell> cells)
    {
        var now = cells.FirstOrDefault(c => c.Row == known.Row && c.Config.Seed == known.Config.Seed);
        var difference = now is null ? "no cell of that row and seed is submitted now"
            : SweepDifference.First(known.Config.ToJson(), now.Config.ToJson())
                ?? "the configuration is the same, but the data, torch, its number of threads or the results version is another";
        return new($"The sweep '{name}' holds cell {known.Number} (row '{known.Row}', seed {known.Config.Seed}, run {known.Run}), but {difference}. " +
            "Submit what was submitted before (rows may be added), or give the changed sweep another --name.");
    }
}
