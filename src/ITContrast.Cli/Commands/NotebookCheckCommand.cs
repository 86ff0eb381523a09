using System.CommandLine;
using ITContrast.Notebooks.Checking;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Running;
using ITContrast.Notebooks.Session;

namespace ITContrast.Cli.Commands;

/// <summary>
/// <c>itc notebook check</c>: runs notebooks with their small <c>check</c> parameters and compares the values they assert with
/// <c>tests/notebooks/NN.check.json</c>, within the tolerances stated there. One notebook, another every day, also runs with a parameter changed.
/// </summary>
internal static class NotebookCheckCommand
{
    private const double SlowSeconds = 40;
    private static readonly TimeSpan CellLimit = TimeSpan.FromMinutes(5);

    public static Command Build()
    {
        var notebooks = new Argument<string[]>("notebooks")
        {
            Description = "The notebooks (default: all under notebooks/).",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var update = new Option<bool>("--update") { Description = "Write the check files from what the notebooks assert now; tolerances are kept." };
        var parameters = NotebookOptions.Parameters();
        var folder = new Option<string?>("--expected") { Description = "The folder of the check files (default: tests/notebooks)." };
        var rotate = new Option<int?>("--rotate") { Description = "Which notebook runs with a parameter changed (default: by date; -1: none)." };
        var jobs = NotebookOptions.Jobs();
        var command = new Command("check", "Run notebooks with small parameters and compare the values they assert.")
        {
            notebooks,
            update,
            parameters,
            folder,
            rotate,
            jobs,
        };
        command.SetAction(async (parse, cancel) =>
        {
            var paths = parse.GetValue(notebooks) is { Length: > 0 } given
                ? given
                : [.. Directory.GetFiles(Path.Combine(Repository.Root, "notebooks"), "*.ipynb").Order()];
            if (paths.Length == 0) throw new UserError("there is no notebook to check under notebooks/.");
            var expected = parse.GetValue(folder) ?? Path.Combine(Repository.Root, "tests", "notebooks");
            var count = parse.GetValue(jobs);
            if (parse.GetValue(update))
            {
                var overrides = NotebookOptions.Pairs(parse.GetValue(parameters));
                return (await NotebookOptions.InParallel(paths, count, path => UpdateAsync(path, expected, overrides, cancel), cancel)).Max();
            }
            if (parse.GetValue(parameters) is { Length: > 0 })
                throw new UserError("-p belongs to --update: a check takes the parameters that its check file states.");
            var right = await NotebookOptions.InParallel(paths, count, path => CheckAsync(path, expected, cancel), cancel);
            var rotated = await RotatedAsync(paths, expected, parse.GetValue(rotate) ?? DateTime.UtcNow.DayOfYear, cancel);
            var failed = right.Count(ok => !ok) + (rotated ? 0 : 1);
            Console.WriteLine($"{paths.Length} notebook{(paths.Length == 1 ? "" : "s")} checked, {failed} failed");
            return failed == 0 ? 0 : 1;
        });
        return command;
    }

    private static string CheckPath(string notebook, string folder)
    {
        var name = Path.GetFileNameWithoutExtension(notebook);
        var number = new string([.. name.TakeWhile(char.IsAsciiDigit)]);
        return Path.Combine(folder, $"{(number.Length > 0 ? number : name)}.check.json");
    }

    private static async Task<bool> CheckAsync(string path, string folder, CancellationToken cancel)
    {
        var file = CheckFile.Read(CheckPath(path, folder));
        var (result, values) = await RunAsync(path, file.Parameters, cancel);
        return Report(path, result, result.Failure is null ? file.Compare(values) : [], values.Count);
    }

    private static async Task<int> UpdateAsync(string path, string folder, Dictionary<string, string> overrides, CancellationToken cancel)
    {
        var place = CheckPath(path, folder);
        var earlier = File.Exists(place) ? CheckFile.Read(place) : null;
        var parameters = overrides.Count > 0 || earlier is null ? overrides : earlier.Parameters;
        var (result, values) = await RunAsync(path, parameters, cancel);
        if (
            !Report(
                path, result,
                values.Count < CheckFile.LeastValues ? [$"it asserts {values.Count} value(s); at least {CheckFile.LeastValues} are wanted"] : [],
                values.Count))
            return 1;
        Directory.CreateDirectory(folder);
        CheckFile.Make(parameters, values, earlier).Write(place);
        Console.WriteLine($"{place} written");
        return 0;
    }

    /// <summary>The changed run has no expected numbers: it must run to its end and assert the same names.</summary>
    private static async Task<bool> RotatedAsync(string[] paths, string folder, int turn, CancellationToken cancel)
    {
        var able = paths.Where(path => CheckFile.Read(CheckPath(path, folder)).Changed.Count > 0).ToList();
        if (able.Count == 0 || turn < 0) return true;
        var path = able[turn % able.Count];
        var file = CheckFile.Read(CheckPath(path, folder));
        var parameters = new Dictionary<string, string>(file.Parameters);
        foreach (var (name, value) in file.Changed) parameters[name] = value;
        var (result, values) = await RunAsync(path, parameters, cancel);
        var missing = file
            .Values.Keys.Where(name => !values.TryGetValue(name, out var value) || !double.IsFinite(value))
            .Select(name => $"{name}: not asserted, or not finite, with {Text(file.Changed)}")
            .ToList();
        return Report($"{path} with {Text(file.Changed)}", result, result.Failure is null ? missing : [], values.Count);
    }

    private static async Task<(RunResult Result, IReadOnlyDictionary<string, double> Values)> RunAsync(
        string path, IReadOnlyDictionary<string, string> parameters, CancellationToken cancel)
    {
        var executed = Path.Combine(Path.GetTempPath(), $"itc-check-{Guid.NewGuid():N}.ipynb");
        try
        {
            var options = new RunOptions { Output = executed, Parameters = parameters, CellTimeout = CellLimit };
            var result = await new NotebookRunner(options, new Quiet()).RunAsync(NotebookFile.Read(path), cancel);
            return (result, CheckedValues.Of(result.Notebook));
        }
        finally
        {
            File.Delete(executed);
        }
    }

    private static bool Report(string name, RunResult result, IReadOnlyList<string> wrong, int values)
    {
        var slow = result.Took.TotalSeconds > SlowSeconds ? $" (over {SlowSeconds:F0} s: give it smaller check parameters)" : "";
        var right = result.Failure is null && wrong.Count == 0;
        Console.WriteLine($"{name}: {(right ? "ok" : "WRONG")}, {values} values, {result.Took.TotalSeconds:F1} s{slow}");
        if (result.Failure is { } failure)
        {
            Console.WriteLine($"  cell {result.FailedCell} [{failure.ExecutionCount}]: {failure.ErrorName}: {failure.ErrorValue}");
            foreach (var line in failure.Traceback ?? []) Console.WriteLine($"    {line}");
        }
        foreach (var line in wrong) Console.WriteLine($"  {line}");
        return right;
    }

    private static string Text(IReadOnlyDictionary<string, string> parameters) => string.Join(", ", parameters.Select(pair => $"{pair.Key}={pair.Value}"));

    // Two notebooks at a time would interleave their cells' lines; the line at the end of each says what counts.
    private sealed class Quiet : IRunProgress
    {
        public void CellStarted(int number, int total, string title) { }
        public void CellSaid(string line) { }
        public void CellEnded(int number, int total, TimeSpan took, ExecuteStatus status) { }
    }
}
