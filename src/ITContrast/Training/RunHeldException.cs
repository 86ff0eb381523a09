namespace ITContrast.Training;

/// <summary>Another process computes this run. Its hold ends with it, however it ends.</summary>
/// <param name="run">The run.</param>
/// <param name="inner">What the operating system said.</param>
public sealed class RunHeldException(RunFolder run, Exception inner)
    : DataException($"{run.Path}: another process computes this run. Wait for it, or stop it and start again.", inner)
{
    /// <summary>The run.</summary>
    public RunFolder Run => run;
}
