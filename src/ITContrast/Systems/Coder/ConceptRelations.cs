namespace ITContrast.Systems.Coder;

/// <summary>Where the edges of CODER's concept graph come from. The concepts are always the most frequent words of the training captions.</summary>
public enum ConceptRelations
{
    /// <summary>Words that occur together in training captions, as CVSE relates them.</summary>
    CoOccurrence,
    /// <summary>Pictocap's part of WordNet: kinds and co-hyponyms.</summary>
    WordNet,
    /// <summary>WordNet in full where it is installed (see <see cref="Data.WordNetDictionary"/>): parts too.</summary>
    FullWordNet,
}
