using System.CommandLine;
using System.Diagnostics;

namespace ITContrast.Cli.Commands;

/// <summary>
/// <c>itc pack</c>: the build at hand as NuGet packages in a local feed, the native shim among them, for other projects and other
/// C# notebook kernels.
/// </summary>
internal static class PackCommand
{
    // In the order of their references.
    private static readonly string[] Packages = ["ITContrast.Torch", "ITContrast", "ITContrast.Notebooks"];

#if TORCH_SYSTEM
    private const string Provider = "system";
#else
    private const string Provider = "nuget";
#endif

    public static Command Build()
    {
        var @out = new Option<string?>("--out") { Description = "The feed's folder; build/packages by default.", HelpName = "DIR" };
        var command = new Command("pack", "Make a local NuGet feed with ITContrast's packages.") { @out };
        command.SetAction((parse, cancel) => RunAsync(Path.GetFullPath(parse.GetValue(@out) ?? Path.Combine(Repository.Root, "build", "packages")), cancel));
        return command;
    }

    private static async Task RunAsync(string feed, CancellationToken cancel)
    {
        Directory.CreateDirectory(feed);
        foreach (var package in Packages)
        {
            var made = await PackAsync(package, feed, cancel);
            Console.WriteLine($"packed {made} ({new FileInfo(made).Length / 1024.0:F0} kB)");
        }

        Console.WriteLine($"Use it: dotnet nuget add source \"{feed}\" --name itcontrast, then dotnet add package ITContrast.");
        Console.WriteLine("A project that restored an earlier pack of the same version keeps it: dotnet nuget locals global-packages --clear.");
    }

    private static async Task<string> PackAsync(string package, string feed, CancellationToken cancel)
    {
        foreach (var old in Directory.EnumerateFiles(feed, $"{package}.?.*.nupkg"))
        {
            File.Delete(old);
        }

        var project = Path.Combine(Repository.Root, "src", package, $"{package}.csproj");
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            ["pack", project, "-c", "Release", "--no-build", "-nologo", "-v", "quiet", "-o", feed, $"-p:TorchProvider={Provider}"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        var made = Directory.EnumerateFiles(feed, $"{package}.?.*.nupkg").SingleOrDefault();
        if (process.ExitCode != 0 || made is null)
        {
            var lines = $"{await output}{await error}".Split('\n', StringSplitOptions.RemoveEmptyEntries);
            throw new UserError(
                $"dotnet pack failed for {package}: {lines.FirstOrDefault(l => l.Contains("error", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "no output"}"
            );
        }

        return made;
    }
}
