namespace ITContrast.Losses;

/// <summary>What a batch's other pairs of one concept (or image) are to an anchor. They are never negatives.</summary>
public enum SameGroup
{
    /// <summary>Each is a positive, with an equal share of the target.</summary>
    Positives,

    /// <summary>They are left out of the denominator; only the anchor's own partner is positive.</summary>
    Masked,
}
