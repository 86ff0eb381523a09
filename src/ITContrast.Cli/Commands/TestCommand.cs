using System.CommandLine;
using System.Diagnostics;
using System.Xml.Linq;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc test</c>: every test project of the checkout, one after the other, then one line that counts them all.</summary>
internal static class TestCommand
{
    public static Command Build()
    {
        var only = new Option<string?>("--only") { Description = "Run the test projects whose name contains this." };
        var @class = new Option<string?>("--class") { Description = "Run the test classes of this full name; * at either end is a wildcard." };
        var command = new Command("test", "Run the whole test suite and print 'N passed, N failed, N skipped'.") { only, @class };
        command.SetAction((parse, cancel) => RunAsync(parse.GetValue(only), parse.GetValue(@class), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? only, string? testClass, CancellationToken cancel)
    {
        var programs = Directory.GetDirectories(Path.Combine(Repository.Root, "tests"), "*.Tests").Order()
            .Select(folder => Path.Combine(folder, "bin", "Release", "net10.0", Path.GetFileName(folder)))
            .Where(program => only is null || Path.GetFileName(program).Contains(only, StringComparison.OrdinalIgnoreCase)).ToList();
        if (programs.Count == 0) throw new UserError($"no test project's name contains '{only}'; the projects are the folders tests/*.Tests.");
        if (programs.FirstOrDefault(p => !File.Exists(p)) is { } missing) throw new UserError($"{missing} is not built; start with ./itc test.");

        var (passed, failed, skipped) = (0, 0, 0);
        foreach (var program in programs)
        {
            var (count, name) = (await RunOneAsync(program, testClass, cancel), Path.GetFileName(program));
            Console.WriteLine($"{name}: {count.Passed} passed, {count.Failed} failed, {count.Skipped} skipped in {count.Seconds:F0} s");
            passed += count.Passed;
            failed += count.Failed;
            skipped += count.Skipped;
        }
        Console.WriteLine($"{passed} passed, {failed} failed" + (skipped > 0 ? $", {skipped} skipped" : ""));
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    private readonly record struct Count(int Passed, int Failed, int Skipped, double Seconds);

    private static async Task<Count> RunOneAsync(string program, string? testClass, CancellationToken cancel)
    {
        var report = Path.Combine(Path.GetTempPath(), $"itc-test-{Guid.NewGuid():N}.xml");
        var clock = Stopwatch.StartNew();
        string[] arguments = ["-noLogo", "-noColor", "-xml", report, .. testClass is null ? Array.Empty<string>() : ["-class", testClass]];
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        try
        {
            await process.WaitForExitAsync(cancel);
            return ReadReport(report, program, process.ExitCode, clock.Elapsed.TotalSeconds);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            File.Delete(report);
        }
    }

    // A test program that dies has failed, whatever it counted: the report is written last.
    private static Count ReadReport(string report, string program, int exitCode, double seconds)
    {
        if (!File.Exists(report))
        {
            Console.WriteLine($"{Path.GetFileName(program)} ended with exit code {exitCode} and no report: it crashed.");
            return new(0, 1, 0, seconds);
        }
        var assemblies = XDocument.Load(report).Descendants("assembly").ToList();
        int Sum(string attribute) => assemblies.Sum(a => (int?)a.Attribute(attribute) ?? 0);
        return new(Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped"), seconds);
    }
}
