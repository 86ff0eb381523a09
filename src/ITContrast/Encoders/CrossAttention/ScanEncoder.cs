using ITContrast.Data;
using ITContrast.Encoders.Branches;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.CrossAttention;

/// <summary>
/// SCAN: fragments of both modalities and the cross attention between them. Source: Lee et al., SCAN (ECCV 2018) [V, METHODS 5.1]; word vectors that are
/// given before training and stay as they are, as in the other encoders of this project, are [I] (SCAN learns its own).
/// </summary>
public sealed class ScanEncoder : nn.Module, ICrossEncoder, IWordTable
{
    private readonly FragmentEncoder fragments;
    private readonly ScanOptions options;

    /// <param name="vocabulary">Words, with padding as id 0.</param>
    /// <param name="regionDimension">F, the width of a region's features.</param>
    /// <param name="dimension">D.</param>
    /// <param name="wordDimension">E, the width of a word's vector.</param>
    /// <param name="options">The published ones for text to image when null.</param>
    /// <param name="trainWords">Whether word vectors are trained too.</param>
    public ScanEncoder(int vocabulary, int regionDimension, int dimension, int wordDimension, ScanOptions? options = null, bool trainWords = false)
        : base(nameof(ScanEncoder))
    {
        (fragments, this.options) = (new(vocabulary, regionDimension, dimension, wordDimension), options ?? new());
        fragments.Table.requires_grad_(trainWords);
        register_module("fragments", fragments);
    }

    /// <inheritdoc/>
    public int Dimension => fragments.Dimension;

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public void SetWords(Tensor table) => WordScale.Fill(fragments.Table, table);

    // Counts are copied: the sets outlive their batch.
    /// <inheritdoc/>
    public FragmentSets Images(ImageBatch batch) =>
        new(
            fragments.Regions(batch),
            batch.Counts?.clone() ?? full([batch.Values.shape[0]], batch.Values.shape[1], dtype: ScalarType.Int64, device: batch.Values.device));

    /// <inheritdoc/>
    public FragmentSets Captions(CaptionBatch batch) => new(fragments.Words(batch), batch.Lengths.clone());

    /// <inheritdoc/>
    public Tensor Scores(FragmentSets images, FragmentSets captions) =>
        ScanAttention.Scores(images.Members, images.Counts, captions.Members, captions.Counts, options);
}
