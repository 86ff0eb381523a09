using ITContrast.Data;
using ITContrast.Encoders.Pooling;
using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// Heads on region features that were extracted once: a run takes seconds, so that grids of runs are affordable.
/// <code>
///   r̄ = mean_k r_k        u = mean_k gelu(W_1·r_k + b_1)        v = unit( W_0·drop(r̄) + W_2·drop(u) )
///   t = unit( bigru(caption) )
/// </code>
/// Captions are encoded as in <see cref="LightBackbone"/>, with a narrower GRU. Means run over an image's valid regions.
/// </summary>
public sealed class HeadsBackbone : nn.Module, IPairEncoder, IWordTable
{
    private readonly HeadsOptions options;
    private readonly long regionDimension;
    private readonly Linear direct, hidden, output;
    private readonly StreamedDropout meanDropout, hiddenDropout;
    private readonly BiGruCaptionEncoder captions;

    /// <param name="vocabulary">Words, with padding as id 0.</param>
    /// <param name="regionDimension">D_r.</param>
    /// <param name="options">Defaults when null.</param>
    public HeadsBackbone(int vocabulary, int regionDimension, HeadsOptions? options = null) : base(nameof(HeadsBackbone))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(regionDimension, 1);
        this.options = options = (options ?? new()).Validated();
        this.regionDimension = regionDimension;
        direct = nn.Linear(regionDimension, options.Dimension);
        hidden = nn.Linear(regionDimension, options.Hidden);
        output = nn.Linear(options.Hidden, options.Dimension);
        (meanDropout, hiddenDropout) = (new(options.Dropout), new(options.Dropout));
        captions = new(vocabulary, options.WordDimension, options.StateDimension, options.Dimension, options.WordDropout);
        captions.Words.requires_grad_(options.TrainWords);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public int Dimension => options.Dimension;

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public void SetWords(Tensor table)
    {
        if (!table.shape.SequenceEqual(captions.Words.shape)) throw ShapeException.Of("word vectors", string.Join(", ", captions.Words.shape), table.shape);
        using IDisposable guard = no_grad();
        captions.Words.copy_(table);
    }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The batch's regions are not D_r wide.</exception>
    public Tensor Images(ImageBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor members = Members.OfImages(batch, regionDimension);
        Tensor each = hidden.call(batch.Values).gelu();
        Tensor pooled = hiddenDropout.call(RegionPooling.MeanOf(each, members));
        Tensor mean = meanDropout.call(RegionPooling.MeanOf(batch.Values, members));
        return UnitRows.Of(direct.call(mean) + output.call(pooled)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Captions(CaptionBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return UnitRows.Of(captions.call(batch.Tokens, batch.Lengths)).MoveToOuterDisposeScope();
    }
}
