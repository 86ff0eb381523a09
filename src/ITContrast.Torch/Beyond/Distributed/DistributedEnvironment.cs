using System.Globalization;

namespace ITContrast.Torch;

/// <summary>Which of how many processes this one is, and where they meet.</summary>
/// <param name="Rank">0 to <paramref name="WorldSize"/> - 1; rank 0 serves the meeting point.</param>
/// <param name="WorldSize">How many processes there are.</param>
/// <param name="LocalRank">Its number on its own machine: the GPU that it takes.</param>
/// <param name="Master">Name or address of rank 0's machine.</param>
/// <param name="Port">The port there.</param>
public sealed record DistributedEnvironment(int Rank, int WorldSize, int LocalRank, string Master, int Port)
{
    /// <summary>Reads this process's environment; null where it was started alone.</summary>
    /// <exception cref="ArgumentException">Some of the variables are there and others are missing or wrong.</exception>
    public static DistributedEnvironment? Read() => Read(Environment.GetEnvironmentVariable);

    /// <summary>
    /// Reads an environment as torchrun sets it (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT) or else as srun does (SLURM_PROCID, SLURM_NTASKS,
    /// SLURM_LOCALID, SLURM_STEP_NODELIST or SLURM_NODELIST, SLURM_JOB_ID). Under Slurm, MASTER_ADDR and MASTER_PORT win where they are set; otherwise the
    /// master is the first host of the list and the port 20000 + job id mod 20000. A single Slurm task without RANK counts as started alone.
    /// </summary>
    /// <param name="variable">Looks a variable up; null where it is not set.</param>
    /// <returns>Null where neither set it.</returns>
    /// <exception cref="ArgumentException">Some of the variables are there and others are missing or wrong.</exception>
    public static DistributedEnvironment? Read(Func<string, string?> variable)
    {
        if (variable("RANK") != null || (variable("WORLD_SIZE") != null && variable("SLURM_PROCID") == null))
            return Checked(Number("RANK"), Number("WORLD_SIZE"), Optional("LOCAL_RANK") ?? 0, Text("MASTER_ADDR"), Number("MASTER_PORT"));
        if (variable("SLURM_PROCID") == null || variable("SLURM_NTASKS") == null) return null;
        int tasks = Number("SLURM_NTASKS");
        if (tasks == 1) return null;
        string master =
            variable("MASTER_ADDR") ?? SlurmHosts.First(variable("SLURM_STEP_NODELIST") ?? variable("SLURM_NODELIST") ?? Text("SLURM_JOB_NODELIST"));
        int port = Optional("MASTER_PORT") ?? 20000 + Number("SLURM_JOB_ID") % 20000;
        return Checked(Number("SLURM_PROCID"), tasks, Optional("SLURM_LOCALID") ?? 0, master, port);

        string Text(string name) => variable(name) is { Length: > 0 } text ? text
            : throw new ArgumentException(
                $"{name} is not set, while other variables of a distributed run are. Start all ranks with torchrun, srun or the local launcher.");
        int Number(string name) => int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : throw new ArgumentException($"{name} is '{variable(name)}'; a whole number of 0 or more is expected.");
        int? Optional(string name) => variable(name) is { Length: > 0 } ? Number(name) : null;
    }

    private static DistributedEnvironment Checked(int rank, int world, int local, string master, int port)
    {
        if (world < 1 || rank >= world) throw new ArgumentException($"Rank {rank} of {world} processes is impossible: ranks count from 0.");
        if (port is < 1 or > 65535) throw new ArgumentException($"Port {port} of {master} is impossible: 1 to 65535 are.");
        return new DistributedEnvironment(rank, world, local, master, port);
    }
}
