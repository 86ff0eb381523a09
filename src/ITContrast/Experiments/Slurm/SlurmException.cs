namespace ITContrast.Experiments.Slurm;

/// <summary>A command of Slurm that is missing or refused its work; the message holds what it said.</summary>
public sealed class SlurmException(string message, Exception? inner = null) : Exception(message, inner);
