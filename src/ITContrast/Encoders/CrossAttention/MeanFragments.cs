using ITContrast.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.CrossAttention;

/// <summary>
/// A cross encoder's members, averaged: vectors for a first list of candidates and for analyses that need embeddings. Their dot product is not the
/// cross encoder's score.
/// </summary>
/// <param name="encoder">The cross encoder; it stays the owner's.</param>
public sealed class MeanFragments(ICrossEncoder encoder) : IPairEncoder
{
    /// <inheritdoc/>
    public int Dimension => encoder.Dimension;

    /// <inheritdoc/>
    public nn.Module Module => encoder.Module;

    /// <inheritdoc/>
    public Tensor Images(ImageBatch batch) => encoder.Images(batch).Means();

    /// <inheritdoc/>
    public Tensor Captions(CaptionBatch batch) => encoder.Captions(batch).Means();
}
