namespace ITContrast.Encoders.Pooling;

/// <summary>How a set of vectors becomes one.</summary>
public enum PoolingKind
{
    /// <summary>Mean over the members.</summary>
    Mean,

    /// <summary>The largest value of every feature.</summary>
    Max,

    /// <summary>The first member: [CLS] of a BERT sequence.</summary>
    First,

    /// <summary>VSE∞'s learned weights over sorted values, <see cref="GeneralizedPooling"/>.</summary>
    Generalized,
}
