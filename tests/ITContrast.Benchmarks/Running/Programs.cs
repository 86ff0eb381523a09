using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ITContrast.Benchmarks.Running;

/// <summary>Starts contenders: each in a process of its own, with the threads and the BLAS kernel that all of them get.</summary>
/// <param name="Threads">Threads of every pool where a row was asked for others than its own; null leaves them to the row.</param>
/// <param name="Kernel">OpenBLAS's kernel for those that do not run as installed; null leaves it to OpenBLAS.</param>
/// <param name="Floor">The compiled C++ program.</param>
/// <param name="Device">Where they compute.</param>
internal sealed record Programs(int? Threads, string? Kernel, string Floor, string Device)
{
    // Debian's, whose PyTorch is the libtorch at hand; a CUDA machine's PyTorch lies elsewhere.
    private static readonly string Python = Environment.GetEnvironmentVariable("ITC_PYTHON") ?? "/usr/bin/python3";

    private readonly Lazy<bool> pythonHasTorch = new(() =>
    {
        if (!File.Exists(Python)) return false;
        using Process? process = Process.Start(new ProcessStartInfo(Python, ["-c", "import torch"]) { RedirectStandardError = true });
        process?.WaitForExit();
        return process?.ExitCode == 0;
    });

    /// <summary>Why a row cannot run here; null where it can.</summary>
    public string? Missing(Row row) =>
        Contenders(row).Any(c => c.Side == Side.Python) && !pythonHasTorch.Value
            ? $"PyTorch for {Python} is not installed (Debian: python3-torch; ITC_PYTHON names another Python)."
            : null;

    /// <summary>Who takes part on the device.</summary>
    public IReadOnlyList<Contender> Contenders(Row row) =>
        Device == "cpu" ? row.Contenders : [.. row.Contenders.Where(c => c is { CpuOnly: false, AsInstalled: false })];

    /// <summary>Has a contender write its values and gradients.</summary>
    public Task CheckAsync(Row row, Contender contender, string inputs, string results, CancellationToken cancel) =>
        StartAsync(row, contender, "check", [inputs, results], cancel);

    /// <summary>Times a contender once.</summary>
    public async Task<Sample> TimeAsync(Row row, Contender contender, string inputs, CancellationToken cancel)
    {
        string output = await StartAsync(row, contender, "time", [inputs, Number(contender.Seconds ?? row.Seconds)], cancel);
        return Sample.Parse(JsonNode.Parse(output.Trim().Split('\n')[^1])!.AsObject());
    }

    private async Task<string> StartAsync(Row row, Contender contender, string mode, string[] files, CancellationToken cancel)
    {
        string threads = Number(Threads ?? row.Threads);
        string[] arguments = [mode, row.Name, contender.Variant, threads, .. files];
        ProcessStartInfo start = contender.Side switch
        {
            Side.CSharp => new(Environment.ProcessPath!, arguments),
            Side.Cpp => new(Floor, arguments),
            _ => new(Python, ["-B", Path.Combine(Folders.Benchmarks, "python", "worker.py"), .. arguments]),
        };
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        foreach (string variable in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS" }) start.Environment[variable] = threads;
        start.Environment[BenchDevice.Variable] = Device;
        if (contender.AsInstalled) start.Environment.Remove("OPENBLAS_CORETYPE");
        else if (Kernel is not null) start.Environment["OPENBLAS_CORETYPE"] = Kernel;
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} does not start.");
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancel), errors = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return process.ExitCode == 0
                ? await output
                : throw new RowException(
                    $"{contender.Name} ended with exit code {process.ExitCode}: {(await errors).Split('\n').LastOrDefault(line => line.Trim() is { Length: > 0 } text && !text.StartsWith("at ", StringComparison.Ordinal), "it said nothing")}"
                );
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
