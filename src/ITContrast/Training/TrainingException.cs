namespace ITContrast.Training;

/// <summary>
/// A run that cannot go on: a loss or gradient that is no number, a collapsed space. The message names the step, the pairs and what to change.
/// </summary>
public sealed class TrainingException(string message) : Exception(message);
