namespace ITContrast.Training;

/// <summary>What a run tells while it runs, after every step.</summary>
/// <param name="Step">Steps done, 1 to <paramref name="Steps"/>.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="Epoch">0-based.</param>
/// <param name="Loss">The step's loss.</param>
/// <param name="Validation">R-sum on the validation split after the last finished epoch, 0 to 600; null before the first.</param>
/// <param name="Resumed">The step that the run resumed at; 0 for one from the start.</param>
public sealed record TrainingProgress(long Step, long Steps, int Epoch, double Loss, double? Validation, long Resumed);
