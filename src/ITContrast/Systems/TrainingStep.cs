namespace ITContrast.Systems;

/// <summary>Where a run stands: what every random draw of a step depends on.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">0-based, over the whole run.</param>
/// <param name="Epoch">0-based.</param>
/// <param name="StepsPerEpoch">Steps in an epoch, at least 1.</param>
public readonly record struct TrainingStep(ulong Seed, long Step, int Epoch, int StepsPerEpoch);
