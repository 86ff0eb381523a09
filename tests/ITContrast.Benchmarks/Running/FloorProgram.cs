using System.Diagnostics;

namespace ITContrast.Benchmarks.Running;

/// <summary>The C++ side: compiled once against the libtorch that this library uses.</summary>
internal static class FloorProgram
{
    /// <summary>Builds it where needed and says where it is.</summary>
    /// <exception cref="RowException">CMake or the compiler failed.</exception>
    public static string Build()
    {
        string source = Path.Combine(Folders.Benchmarks, "floor"), build = Path.Combine(Folders.Build, "floor");
        Directory.CreateDirectory(build);
        Run("cmake", "-S", source, "-B", build, $"-DITC_LIBTORCH={Environment.GetEnvironmentVariable("ITC_LIBTORCH")}", "-DCMAKE_BUILD_TYPE=Release");
        Run("cmake", "--build", build);
        return Path.Combine(build, "floor");
    }

    private static void Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new RowException($"{program} does not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new RowException($"the C++ floor does not build: {errors.Result.Trim()}");
    }
}
