namespace ITContrast.Training;

/// <summary>
/// Calls back at once, on the thread that trains. (<see cref="Progress{T}"/> posts to the thread that made it, which a notebook's cell keeps
/// busy until training is over.) An <see cref="OperationCanceledException"/> thrown here cancels the run as its token would.
/// </summary>
/// <param name="report">Told after every step.</param>
public sealed class StepProgress(Action<TrainingProgress> report) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value) => report(value);
}
