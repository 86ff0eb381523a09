using System.Runtime.InteropServices;

namespace ITContrast.Experiments.Slurm;

/// <summary>Asks a process to end in order.</summary>
internal static partial class Signal
{
    private const int Term = 15;

    /// <summary>Sends SIGTERM; a process that is gone already is left in peace.</summary>
    public static void Terminate(int process) => kill(process, Term);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
