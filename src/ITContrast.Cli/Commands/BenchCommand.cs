using System.CommandLine;
using System.Diagnostics;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc bench</c>: hands over to the benchmark program, which times this library beside PyTorch and C++.</summary>
internal static class BenchCommand
{
    public static Command Build()
    {
        var rows = new Argument<string[]>("rows")
        {
            Description = "Rows to run; all by default. An unknown name prints them.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var json = new Option<string?>("--json") { Description = "Also write the results to this file." };
        var output = new Option<string?>("--out") { Description = "Write results as JSON, as a page and as charts into this folder." };
        var rounds = new Option<int?>("--rounds") { Description = "At most so many rounds a row." };
        var threads = new Option<int?>("--threads") { Description = "Threads of every contender; all cores by default, and one for the systems, as they are trained." };
        var device = new Option<string?>("--device")
        {
            Description =
                "Where the rows compute: cpu, or cuda for those that can (light, regions, oscar, ranks), against the PyTorch of the Python that ITC_PYTHON names.",
        };
        var command = new Command("bench", "Time this library beside PyTorch, NumPy, faiss and C++: interleaved, in fresh processes, after their values agree.")
            { rows, json, output, rounds, threads, device };
        command.SetAction(async (parse, cancel) =>
        {
            string[] arguments = [.. parse.GetValue(rows) ?? []];
            foreach (Option option in command.Options)
                if (option.Name.StartsWith("--", StringComparison.Ordinal) && parse.GetResult(option) is { } given && given.Tokens.Count > 0)
                    arguments = [.. arguments, option.Name, given.Tokens[0].Value];
            return await RunAsync(arguments, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(string[] arguments, CancellationToken cancel)
    {
        string program = Path.Combine(Repository.Root, "tests", "ITContrast.Benchmarks", "bin", "Release", "net10.0", "ITContrast.Benchmarks");
        if (!File.Exists(program)) throw new UserError($"{program} is not built; start with ./itc bench.");
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)) ?? throw new UserError($"{program} does not start.");
        try
        {
            await process.WaitForExitAsync(cancel);
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
