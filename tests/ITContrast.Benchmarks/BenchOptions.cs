using System.Globalization;
using ITContrast.Benchmarks.Running;

namespace ITContrast.Benchmarks;

/// <summary>What <c>./itc bench</c> asks for.</summary>
/// <param name="Rows">Rows to run, in the order of tables.</param>
/// <param name="Json">A file for the results as JSON.</param>
/// <param name="Out">A folder for JSON, table and charts.</param>
/// <param name="Rounds">Rounds at most.</param>
/// <param name="Threads">Threads of every contender; null leaves them to the row.</param>
/// <param name="Device">Where the rows compute.</param>
internal sealed record BenchOptions(IReadOnlyList<Row> Rows, string? Json, string? Out, int? Rounds, int? Threads, string Device)
{
    /// <summary>
    /// Row names (all where none is given) and <c>--json</c>, <c>--out</c>, <c>--rounds</c>, <c>--threads</c>, <c>--device</c>, each with a value.
    /// </summary>
    /// <exception cref="ArgumentException">A row is unknown, or a value is missing or out of range.</exception>
    public static BenchOptions Parse(string[] arguments)
    {
        List<string> names = [];
        Dictionary<string, string> values = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal)) names.Add(arguments[i]);
            else if (i + 1 < arguments.Length) values[arguments[i]] = arguments[++i];
            else throw new ArgumentException($"{arguments[i]} needs a value.");
        }
        int? Count(string name) => !values.TryGetValue(name, out string? text) ? null
            : int.TryParse(text, CultureInfo.InvariantCulture, out int count) && count > 0 ? count
            : throw new ArgumentException($"{name} is {text}; use a number of at least 1.");
        Row[] chosen = [.. names.Select(RowList.Named)];
        string device = values.GetValueOrDefault("--device", "cpu");
        if (device != "cpu" && !(device.StartsWith("cuda", StringComparison.Ordinal) && TorchSharp.torch.cuda.is_available()))
            throw new ArgumentException($"--device is {device}; use cpu, or cuda with a libtorch and a machine that have it.");
        bool Fits(Row row) => device == "cpu" || row.OnDevice;
        if (chosen.FirstOrDefault(row => !Fits(row)) is { } other)
            throw new ArgumentException(
                $"The row {other.Name} runs on the CPU alone; on a device: {string.Join(", ", RowList.All.Where(Fits).Select(r => r.Name))}.");
        return new(
            [.. RowList.All.Where(row => (names.Count == 0 || chosen.Contains(row)) && Fits(row))],
            values.GetValueOrDefault("--json"),
            values.GetValueOrDefault("--out"),
            Count("--rounds"),
            Count("--threads"), device);
    }
}
