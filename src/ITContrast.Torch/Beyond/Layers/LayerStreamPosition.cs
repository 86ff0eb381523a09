namespace ITContrast.Torch;

/// <summary>Where a <see cref="LayerStream"/> stands: what its next draw is a function of.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Name">The stream's name.</param>
/// <param name="Step">The training step.</param>
/// <param name="Call">The number of the next draw within the step.</param>
/// <param name="Begun">Whether a step was begun.</param>
public readonly record struct LayerStreamPosition(ulong Seed, string Name, long Step, long Call, bool Begun);
