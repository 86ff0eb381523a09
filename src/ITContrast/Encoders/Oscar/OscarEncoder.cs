using ITContrast.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>How a sequence becomes one vector.</summary>
public enum OscarPooling
{
    /// <summary>Mean of the last layer over real positions.</summary>
    Mean,
    /// <summary>The last layer at [CLS].</summary>
    Cls,
}

/// <summary>
/// OSCAR as a bi-encoder: one shared model embeds captions alone and images alone, so that scores are dot products.
/// <code>
///   caption = normalize(pool( [CLS] caption [SEP] ))        image = normalize(pool( [CLS] regions ))
/// </code>
/// ITContrast fine-tunes OSCAR "to obtain the visual and textual features" [A]; that this means a bi-encoder is inferred [I].
/// The recipe is that of Geigle et al., <c>UKPLab/MMT-Retrieval</c> [V, METHODS 1.6].
/// </summary>
public sealed class OscarEncoder : IPairEncoder
{
    private readonly long cls;
    private readonly OscarPooling pooling;

    /// <summary>Wraps a model.</summary>
    /// <param name="model">The shared model.</param>
    /// <param name="cls">Id of [CLS] in the vocabulary.</param>
    /// <param name="pooling">How a sequence becomes one vector.</param>
    public OscarEncoder(OscarModel model, long cls, OscarPooling pooling = OscarPooling.Mean)
    {
        if (cls < 0 || cls >= model.Config.VocabularySize) throw new ArgumentOutOfRangeException(nameof(cls), $"[CLS] is {cls}, but the model has {model.Config.VocabularySize} word pieces. Is this its vocabulary?");
        (Model, this.cls, this.pooling) = (model, cls, pooling);
    }

    /// <summary>The shared model.</summary>
    public OscarModel Model { get; }

    /// <inheritdoc/>
    public int Dimension => Model.Config.Hidden;

    /// <inheritdoc/>
    public nn.Module Module => Model;

    /// <inheritdoc/>
    public Tensor Captions(CaptionBatch b)
    {
        var mask = Positions(b.Tokens.shape[1], b.Lengths);
        return Pool(Model.Encode(Model.EmbedText(b.Tokens), mask), mask);
    }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The images are not regions of the model's width.</exception>
    public Tensor Images(ImageBatch b)
    {
        if (b.Kind != ImageKind.Regions) throw new ShapeException($"OSCAR reads regions, but these images are {b.Kind}. Extract region features first, or use another encoder.");
        var count = b.Values.shape[0];
        var start = full(new[] { count, 1L }, cls, dtype: ScalarType.Int64, device: b.Values.device);
        var mask = cat([ones(count, 1, dtype: ScalarType.Int64, device: b.Values.device), Positions(b.Values.shape[1], b.Counts!)], 1);
        return Pool(Model.Encode(cat([Model.EmbedText(start), Model.EmbedRegions(b.Values)], 1), mask), mask);
    }

    private Tensor Pool(Tensor sequence, Tensor mask)
    {
        if (pooling == OscarPooling.Cls) return nn.functional.normalize(sequence.select(1, 0));
        var weights = mask.to(sequence.dtype).unsqueeze(2);
        return nn.functional.normalize((sequence * weights).sum(1) / weights.sum(1));
    }

    private static Tensor Positions(long length, Tensor lengths) =>
        (arange(length, dtype: ScalarType.Int64, device: lengths.device).unsqueeze(0) < lengths.unsqueeze(1)).to(ScalarType.Int64);
}
