using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ITContrast.Notebooks.Jupyter;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc kernel</c>: installs, lists and removes the Jupyter kernel, and runs one for a Jupyter client.</summary>
internal static class KernelCommand
{
    // What a kernel started by Jupyter would otherwise not have from the shell that installed it.
    private static readonly string[] Inherited = ["DOTNET_ROOT", "ITC_LIBTORCH", "ITC_TORCH", "OPENBLAS_CORETYPE"];

    private static readonly TimeSpan ParentCheck = TimeSpan.FromSeconds(2);

    public static Command Build() => new("kernel", "Serve C# notebooks in Jupyter.") { Install(), Uninstall(), List(), Start() };

    private static Command Install()
    {
        var user = new Option<bool>("--user") { Description = "For this user (the default)." };
        var prefix = new Option<string?>("--prefix") { Description = "Under an installation prefix, such as /usr/local.", HelpName = "DIR" };
        var sysPrefix = new Option<bool>("--sys-prefix") { Description = "In the active Python environment (VIRTUAL_ENV or CONDA_PREFIX)." };
        var command = new Command("install", "Write the kernelspec, so that Jupyter lists \"C# (ITContrast)\".") { user, prefix, sysPrefix };
        command.SetAction(parse =>
        {
            var folder = Folder(parse.GetValue(user), parse.GetValue(prefix), parse.GetValue(sysPrefix));
            var environment = Inherited.Select(name => (name, Value: Environment.GetEnvironmentVariable(name)))
                .Where(v => !string.IsNullOrEmpty(v.Value)).ToDictionary(v => v.name, v => v.Value!);
            foreach (var written in new KernelSpec(StartProgram(), environment).Install(folder, KernelSpec.SearchFolders))
            {
                Console.WriteLine($"installed {written}");
            }
        });
        return command;
    }

    private static Command Uninstall()
    {
        var prefix = new Option<string?>("--prefix") { Description = "Also look under this prefix.", HelpName = "DIR" };
        var command = new Command("uninstall", "Remove the kernelspec wherever Jupyter would find it.") { prefix };
        command.SetAction(parse =>
        {
            var removed = KernelSpec.Uninstall(Folders(parse.GetValue(prefix)));
            Console.WriteLine(removed.Count == 0 ? "no kernelspec of ITContrast is installed" : string.Join('\n', removed.Select(f => $"removed {f}")));
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Print the folders of installed kernelspecs of ITContrast.");
        command.SetAction(_ =>
        {
            foreach (var folder in KernelSpec.Installed(Folders(null)))
            {
                Console.WriteLine(folder);
            }
        });
        return command;
    }

    private static Command Start()
    {
        var file = new Option<string>("--connection-file") { Description = "The file that the Jupyter client wrote.", Required = true, HelpName = "FILE" };
        var command = new Command("start", "Run a kernel; Jupyter does this.") { file };
        command.SetAction(async (parse, cancellation) =>
        {
            var connection = ConnectionFile.Read(parse.GetValue(file)!);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            // A Ctrl-C in the server's terminal is the server's; clients interrupt and stop kernels with messages.
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => { context.Cancel = true; stop.Cancel(); });
            await using var kernel = new JupyterKernel(connection, new SessionEngine(), Console.Error.WriteLine);
            _ = StopWithParentAsync(stop);
            await kernel.RunAsync(stop.Token);
        });
        return command;
    }

    // A kernel whose client died without a word would stay forever.
    private static async Task StopWithParentAsync(CancellationTokenSource stop)
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), out var parent) || parent <= 1)
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(parent);
            while (!stop.IsCancellationRequested && !process.HasExited)
            {
                await Task.Delay(ParentCheck, stop.Token);
            }
        }
        catch (Exception e) when (e is ArgumentException or OperationCanceledException or InvalidOperationException)
        {
            // The parent is gone, or the kernel is about to be.
        }

        await stop.CancelAsync();
    }

    private static string Folder(bool user, string? prefix, bool sysPrefix)
    {
        if ((user ? 1 : 0) + (prefix is null ? 0 : 1) + (sysPrefix ? 1 : 0) > 1)
        {
            throw new UserError("--user, --prefix and --sys-prefix exclude each other; give one of them.");
        }

        return prefix is not null ? KernelSpec.PrefixFolder(prefix)
            : sysPrefix
                ? KernelSpec.PrefixFolder(
                    PythonEnvironment()
                        ?? throw new UserError(
                            "--sys-prefix needs an active Python environment (neither VIRTUAL_ENV nor CONDA_PREFIX is set); use --user or --prefix DIR."))
            : KernelSpec.UserFolder;
    }

    private static string? PythonEnvironment() =>
        new[] { "VIRTUAL_ENV", "CONDA_PREFIX" }.Select(Environment.GetEnvironmentVariable).FirstOrDefault(v => !string.IsNullOrEmpty(v));

    private static IReadOnlyList<string> Folders(string? prefix) =>
        prefix is null ? KernelSpec.SearchFolders : [KernelSpec.PrefixFolder(prefix), .. KernelSpec.SearchFolders];

    // This program again: its own executable, or dotnet with this assembly.
    private static IReadOnlyList<string> StartProgram()
    {
        var program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, typeof(KernelCommand).Assembly.Location, "kernel", "start"]
            : [program, "kernel", "start"];
    }
}
