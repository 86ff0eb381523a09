using ITContrast.Data;
using ITContrast.Encoders.Pooling;
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
        if (cls < 0 || cls >= model.Config.VocabularySize)
            throw new ArgumentOutOfRangeException(
                nameof(cls), $"[CLS] is {cls}, but the model has {model.Config.VocabularySize} word pieces. Is this its vocabulary?");
        (Model, this.cls, this.pooling) = (model, cls, pooling);
    }

    /// <summary>The shared model.</summary>
    public OscarModel Model { get; }

    /// <inheritdoc/>
    public int Dimension => Model.Config.Hidden;

    /// <inheritdoc/>
    public nn.Module Module => Model;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">More tokens than the model has positions.</exception>
    public Tensor Captions(CaptionBatch b)
    {
        using var scope = NewDisposeScope();
        var mask = Members.Of(b.Tokens.shape[1], b.Lengths);
        return Pool(Model.Encode(Model.EmbedText(b.Tokens), mask), mask).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The images are not regions, or one has none.</exception>
    /// <exception cref="ShapeException">Regions of another width.</exception>
    public Tensor Images(ImageBatch b)
    {
        using var scope = NewDisposeScope();
        var (count, device) = ((long)b.Size, b.Values.device);
        var members = OscarRegions.Members(Model, b);
        var start = full(new[] { count, 1L }, cls, dtype: ScalarType.Int64, device: device);
        var mask = cat([ones(count, 1, dtype: ScalarType.Bool, device: device), members], 1);
        return Pool(Model.Encode(cat([Model.EmbedText(start), Model.EmbedRegions(b.Values)], 1), mask), mask).MoveToOuterDisposeScope();
    }

    private Tensor Pool(Tensor sequence, Tensor mask)
    {
        if (pooling == OscarPooling.Cls) return nn.functional.normalize(sequence.select(1, 0));
        var weights = mask.to(sequence.dtype).unsqueeze(2);
        return nn.functional.normalize((sequence * weights).sum(1) / weights.sum(1));
    }
}
