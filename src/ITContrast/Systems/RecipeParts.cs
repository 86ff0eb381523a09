using ITContrast.Encoders;
using ITContrast.Text;

namespace ITContrast.Systems;

/// <summary>What a recipe composes a system of.</summary>
/// <param name="Backbone">Makes one pair of the run's encoders; CODER asks for two.</param>
/// <param name="Captions">Words of the training captions; asked for by systems with a concept graph.</param>
/// <param name="Vocabulary">The run's words.</param>
/// <param name="RegionDimension">Width of a region's features, for systems that read regions themselves; 0 where the images are no regions.</param>
public sealed record RecipeParts(
    Func<IPairEncoder> Backbone, Func<IReadOnlyList<IReadOnlyList<string>>> Captions, WordTokenizer Vocabulary, int RegionDimension);
