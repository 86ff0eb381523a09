namespace ITContrast.Experiments.Slurm;

/// <summary>A task of a job array as the queue shows it.</summary>
/// <param name="Array">The array's job number.</param>
/// <param name="Task">The task's number.</param>
/// <param name="State">Slurm's word, as <c>PENDING</c> or <c>RUNNING</c>.</param>
/// <param name="Host">Where it runs; empty while it waits.</param>
/// <param name="TimeLeft">Until its limit, as Slurm writes it.</param>
/// <param name="Reason">Why it waits.</param>
public sealed record SlurmTask(string Array, int Task, string State, string Host, string TimeLeft, string Reason)
{
    /// <summary>As <c>scontrol</c> and <c>scancel</c> take it.</summary>
    public string Name => $"{Array}_{Task}";

    /// <summary>Whether it has a machine.</summary>
    public bool IsRunning => State is "RUNNING" or "COMPLETING" or "SUSPENDED" or "CONFIGURING";
}

/// <summary>What the controller says of a job that is asking about itself.</summary>
/// <param name="State">Slurm's word.</param>
/// <param name="SecondsLeft">Until its time limit; null where it has none.</param>
public sealed record SlurmJob(string State, double? SecondsLeft);
