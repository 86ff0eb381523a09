using System.Diagnostics;

namespace ITContrast.Cli.Tests.Jupyter;

/// <summary>The kernel, installed with <c>itc kernel install</c> into a Jupyter data folder of its own.</summary>
public sealed class InstalledKernel : IDisposable
{
    public InstalledKernel()
    {
        var (code, output) = Run(Itc, ["kernel", "install", "--user"]);
        Assert.True(code == 0, output);
    }

    public static string Itc { get; } = Path.Combine(AppContext.BaseDirectory, "itc");

    public string Folder { get; } = Directory.CreateTempSubdirectory("itc-jupyter-").FullName;

    /// <summary>Options of Jupyter's programs: sockets that are files of the folder, which nobody else can take.</summary>
    public IReadOnlyList<string> OwnSockets(string name) => ["--KernelManager.transport=ipc", $"--KernelManager.ip={Path.Combine(Folder, name)}"];

    /// <summary>Runs a program in the folder with Jupyter's paths pointing into it.</summary>
    /// <returns>Its exit code, and what it printed to both streams.</returns>
    public (int ExitCode, string Output) Run(string program, IReadOnlyList<string> arguments, double minutes = 20)
    {
        using var process = Process.Start(Prepared(program, arguments))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromMinutes(minutes)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end: {output.Result} {error.Result}");
        }

        return (process.ExitCode, output.Result + error.Result);
    }

    /// <summary>A program to start in the folder with Jupyter's paths pointing into it.</summary>
    public ProcessStartInfo Prepared(string program, IReadOnlyList<string> arguments) => new(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment =
        {
            ["JUPYTER_DATA_DIR"] = Path.Combine(Folder, "data"),
            ["JUPYTER_RUNTIME_DIR"] = Path.Combine(Folder, "runtime"),
            ["JUPYTER_CONFIG_DIR"] = Path.Combine(Folder, "config"),
            ["PYTHONWARNINGS"] = "ignore",
        },
    };

    /// <summary>A Python with a module; the test is skipped where there is none.</summary>
    public string Python(string module, string package)
    {
        foreach (var python in (string[])["/usr/bin/python3", "python3"])
        {
            try
            {
                if (Run(python, ["-c", $"import {module}"]).ExitCode == 0)
                {
                    return python;
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // Not on this machine.
            }
        }

        Assert.Skip($"No Python with {module} is installed (Debian: apt-get install {package}).");
        return "";
    }

    /// <summary>A file of tests/fixtures/jupyter.</summary>
    public static string Fixture(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ITContrast.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, "tests", "fixtures", "jupyter", name);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
