using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ITContrast.Torch.Tests.Goldens;

/// <summary>
/// What PyTorch computes. Where this machine's Python has PyTorch on the very libtorch that the tests run on (Debian's python3-torch), the
/// scripts of tests/fixtures/torch run once a process and their files are compared with; elsewhere the committed files are, of libtorch 1.13.
/// </summary>
internal static class PyTorchHere
{
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly Lazy<string?> s_fresh = new(Compute);

    /// <summary>Whether the files are of this run.</summary>
    public static bool IsHere => s_fresh.Value is not null;

    /// <summary>A file that the scripts make: of this run, or the committed one.</summary>
    public static string File(string name) => Path.Combine(s_fresh.Value ?? Folder(), name);

    public static string Committed(string name) => Path.Combine(Folder(), name);

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "fixtures", "torch");

    private static string? Compute()
    {
        if (!System.IO.File.Exists(Python)) return null;
        var (found, version) = Run("-c", "import torch; print(torch.__version__)");
        if (found != 0 || !version.StartsWith(TorchCapabilities.Current.Version.Split('+', 'a')[0], StringComparison.Ordinal)) return null;
        var folder = Directory.CreateTempSubdirectory("itc-pytorch-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (var script in new[] { "operators.py", "make_nn_goldens.py" })
        {
            var (status, said) = Run(Committed(script), folder);
            if (status != 0) throw new InvalidOperationException($"{Python} {script} ended with {status}: {said}");
        }
        return folder;
    }

    private static (int Status, string Said) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The same BLAS kernel on both sides, so that what differs is not the order of its additions.
        if (TorchCapabilities.Current.BlasKernel is { } kernel) start.Environment["OPENBLAS_CORETYPE"] = kernel;
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (process.WaitForExit(Patience)) return (process.ExitCode, output.Result + errors.Result);
        process.Kill(entireProcessTree: true);
        throw new TimeoutException($"{Python} {string.Join(' ', arguments)} did not end within {Patience}.");
    }
}
