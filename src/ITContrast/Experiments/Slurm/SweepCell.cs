namespace ITContrast.Experiments.Slurm;

/// <summary>A numbered cell of a sweep.</summary>
/// <param name="Number">0-based; the same in every submission.</param>
/// <param name="Row">The row of the ablation that it belongs to.</param>
/// <param name="Config">The configuration.</param>
/// <param name="Run">The name of its run's folder in the store.</param>
public sealed record SweepCell(int Number, string Row, RunConfig Config, string Run);

/// <summary>How a cell of a sweep stands now, from the store, the queue and the last worker's record together.</summary>
public enum SweepCellState
{
    /// <summary>Neither done nor in the queue.</summary>
    Waiting,
    /// <summary>In the queue.</summary>
    Queued,
    /// <summary>Being computed.</summary>
    Running,
    /// <summary>Its result is in the store.</summary>
    Done,
    /// <summary>Ended with an error.</summary>
    Failed,
    /// <summary>Begun and no longer in the queue: stopped, or its worker was killed. Submitting again resumes it.</summary>
    Interrupted,
}

/// <summary>A cell and how it stands.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="State">How it stands.</param>
/// <param name="Record">Its last worker.</param>
/// <param name="Task">Its task in the queue; null where there is none.</param>
public sealed record SweepCellStatus(SweepCell Cell, SweepCellState State, CellRecord Record, SlurmTask? Task)
{
    /// <summary>Where it is computed, or was last.</summary>
    public string Host => Task is { Host.Length: > 0 } task ? task.Host : Record.Host;
}
