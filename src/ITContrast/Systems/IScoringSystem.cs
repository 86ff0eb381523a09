using ITContrast.Encoders.CrossAttention;

namespace ITContrast.Systems;

/// <summary>
/// A system that ranks by a cross encoder's scores. It is evaluated on them, in tiles; <see cref="IMatchingSystem.Encoder"/> only gives candidates.
/// </summary>
public interface IScoringSystem : IMatchingSystem
{
    /// <summary>What ranks.</summary>
    ICrossEncoder Scorer { get; }
}
