using System.Globalization;
using System.Text.Json.Nodes;
using ITContrast.Torch;

namespace ITContrast.Benchmarks.Running;

/// <summary>What the machine says of itself, for the results' head.</summary>
internal static class Machine
{
    /// <summary>Most resident memory of this process so far; 0 where the system does not tell.</summary>
    public static long PeakBytes() => Field("/proc/self/status", "VmHWM") is { } text ? 1024 * long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    /// <summary>Load average over one minute.</summary>
    public static double Load() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : double.NaN;

    /// <summary>Processor, memory, torch and BLAS.</summary>
    /// <param name="threads">Threads that every contender was given.</param>
    /// <param name="kernel">The BLAS kernel that every contender was given.</param>
    /// <param name="device">Where every contender computed.</param>
    public static JsonObject Facts(int threads, string? kernel, string device) => new()
    {
        ["processor"] = Field("/proc/cpuinfo", "model name"), ["cores"] = Environment.ProcessorCount, ["memory"] = Field("/proc/meminfo", "MemTotal"),
        ["system"] = System.Runtime.InteropServices.RuntimeInformation.OSDescription, ["dotnet"] = Environment.Version.ToString(),
        ["torch"] = $"{TorchCapabilities.Current.Provider} {TorchCapabilities.Current.Version}",
        ["threads"] = threads,
        ["blasKernel"] = kernel,
        ["device"] = device,
    };

    private static string? Field(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : null
        : null;
}
