using System.CommandLine;
using System.Diagnostics;
using ITContrast.Data;
using ITContrast.Torch;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc doctor</c>: what this machine offers and what was chosen from it, one line each.</summary>
internal static class DoctorCommand
{
    public static Command Build()
    {
        var command = new Command("doctor", "Print the SDK, torch provider and version, BLAS kernel, cores, threads, GPU and dataset in use.");
        command.SetAction(_ =>
        {
            var healthy = true;
            foreach (var (name, find) in Findings())
            {
                var (good, text) = Try(find);
                healthy &= good;
                Console.WriteLine($"{(good ? "ok     " : "problem")} {name,-12} {text}");
            }
            return healthy ? 0 : 1;
        });
        return command;
    }

    private static IEnumerable<(string Name, Func<string> Find)> Findings() =>
    [
        ("sdk", () => $"{Sdk()}, runtime {Environment.Version}"),
        ("torch", () => $"{TorchCapabilities.Current.Provider} {TorchCapabilities.Current.Version}; {Why()}"),
        ("native", () => TorchCapabilities.Current.LoadedFrom ?? "inside the TorchSharp packages"),
        ("blas", () => TorchCapabilities.Current.BlasKernel is { } kernel ? $"OpenBLAS, kernel {kernel}" : "not OpenBLAS, or it does not say"),
        (
            "cores",
            () =>
                $"{Environment.ProcessorCount}; torch uses {TorchThreads.Count} thread{(TorchThreads.Count == 1 ? "" : "s")}, its BLAS {TorchThreads.BlasCount?.ToString() ?? "as many as it likes"}"
        ),
        ("gpu", () => TorchCapabilities.Current.CudaDevices is var n and > 0 ? $"{n} CUDA devices" : "none that this torch can use"),
        (
            "fused",
            () =>
                (
                    TorchCapabilities.Current.FusedAttention
                        ? "attention"
                        : "no fused attention in this libtorch; the same mathematics run as several operators"
                ) + (TorchCapabilities.Current.FusedOptimisersOnCpu ? ", optimisers" : "")),
        (
            "distributed",
            () =>
                (TorchCapabilities.Current.Distributed, TorchCapabilities.Current.DistributedCuda) switch
                {
                    (true, true) => "Gloo and NCCL",
                    (true, false) => "Gloo",
                    _ => "not in this build",
                }),
        ("dataset", Dataset),
    ];

    private static (bool Good, string Text) Try(Func<string> find)
    {
        try
        {
            return (true, find());
        }
        catch (Exception e)
        {
            return (false, (e.InnerException ?? e).Message.ReplaceLineEndings(" "));
        }
    }

    private static string Sdk()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["--version"]) { RedirectStandardOutput = true, WorkingDirectory = Repository.Root })
            ?? throw new UserError("dotnet does not start.");
        var version = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? $".NET SDK {version}" : throw new UserError("dotnet --version failed; is an SDK of .NET 10 installed?");
    }

    /// <summary>The reason that <c>./itc</c> wrote down when it chose; a build made without it was told its provider.</summary>
    private static string Why()
    {
        if (Environment.GetEnvironmentVariable("ITC_TORCH") is { Length: > 0 } forced)
        {
            return $"ITC_TORCH={forced} asked for it";
        }
        if (Environment.GetEnvironmentVariable("ITC_LIBTORCH") is { Length: > 0 } folder)
        {
            return $"ITC_LIBTORCH={folder} asked for it";
        }
        var choice = Path.Combine(Repository.Root, "build", "provider");
        var words = File.Exists(choice) ? File.ReadAllText(choice).Trim().Split(' ', 2) : [];
        return words.Length == 2 && words[0] == TorchCapabilities.Current.Provider ? words[1] : "the build was told so";
    }

    private static string Dataset()
    {
        using var dataset = PictoCap.Open();
        return $"{dataset.Name}, {dataset.Images.Count} images; splits {string.Join(", ", dataset.SplitNames.Select(s => $"{s} {dataset.Split(s).ImageRows.Length}"))}";
    }
}
