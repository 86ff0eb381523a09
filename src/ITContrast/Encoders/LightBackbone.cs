using ITContrast.Data;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// The pair of encoders that trains on two cores in minutes: grid regions pooled by place, and a bidirectional GRU over word vectors.
/// <code>
///   v = unit(pool(regions(image)))        t = unit(bigru(caption))
/// </code>
/// </summary>
public sealed class LightBackbone : nn.Module, IFixedFront, IWordTable
{
    private readonly LightBackboneOptions options;
    private readonly ConvolutionalGridEncoder? convolutional;
    private readonly GridPooling pooling;
    private readonly BiGruCaptionEncoder captions;

    /// <param name="vocabulary">Words, with padding as id 0.</param>
    /// <param name="options">Defaults when null.</param>
    public LightBackbone(int vocabulary, LightBackboneOptions? options = null) : base(nameof(LightBackbone))
    {
        this.options = options = (options ?? new()).Validated();
        bool handMade = options.Front == ImageFront.GridFeatures;
        if (handMade) Whitening = new(options.Regions * options.RegionDimension, options.Whitened);
        else convolutional = new(options.Channels);
        pooling = handMade
            ? new(1, options.Whitened, options.Dimension, options.Hidden, options.ImageDropout, options.HiddenDropout)
            : new(options.Regions, convolutional!.RegionDimension, options.Dimension, options.Hidden, options.ImageDropout, options.HiddenDropout);
        captions = new(vocabulary, options.WordDimension, options.StateDimension, options.Dimension, options.WordDropout);
        captions.Words.requires_grad_(options.TrainWords);
        if (Whitening is not null) register_module("whitening", Whitening);
        if (convolutional is not null) register_module("convolutional", convolutional);
        register_module("pooling", pooling);
        register_module("captions", captions);
    }

    /// <summary>The fixed map of hand-made features, to be fitted before training; null on pixels.</summary>
    public Whitening? Whitening { get; }

    /// <summary>The table of word vectors, <c>[vocabulary, E]</c>.</summary>
    internal Tensor Words => captions.Words;

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
    public Tensor Images(ImageBatch batch)
    {
        Require(batch);
        using DisposeScope scope = NewDisposeScope();
        Tensor regions = convolutional is not null ? convolutional.call(batch.Values) : Whitening!.call(batch.Values).unsqueeze(1);
        return UnitRows.Of(pooling.call(regions)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What each region adds to the linear path of the embedding: region features for heads that are trained later.
    /// <code>r_k = W_0k·x_k (pixels)        r_k = W_0·P_kᵀ(x_k − μ_k) (hand-made features)        Σ_k r_k + b_0 = W_0·x + b_0</code>
    /// </summary>
    /// <returns><c>[B, R, D]</c>, not normalised.</returns>
    /// <exception cref="ArgumentException">The encoder does not take images of this kind.</exception>
    public Tensor RegionShares(ImageBatch batch)
    {
        Require(batch);
        using DisposeScope scope = NewDisposeScope();
        Tensor shares = convolutional is not null ? pooling.Shares(convolutional.call(batch.Values)) : pooling.Direct(Whitening!.Shares(batch.Values));
        return shares.MoveToOuterDisposeScope();
    }

    private void Require(ImageBatch batch)
    {
        ImageKind expected = options.Front == ImageFront.Convolutional ? ImageKind.Pixels : ImageKind.Regions;
        if (batch.Kind != expected)
            throw new ArgumentException(
                $"This encoder's image front is {options.Front} and takes {expected}, but the batch holds {batch.Kind}. Open the data set with that kind of features.",
                nameof(batch));
    }

    /// <inheritdoc/>
    public Tensor Captions(CaptionBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return UnitRows.Of(captions.call(batch.Tokens, batch.Lengths)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    FixedFront? IFixedFront.Front(PairBatch batch)
    {
        if (Whitening is null || options.TrainWords) return null;
        Require(batch.Images);
        SideTask<Tensor> regions = new(() => Whitening.call(batch.Images.Values).DetachFromDisposeScope());
        try
        {
            using IDisposable guard = no_grad();
            (Tensor words, Tensor bag) = captions.Front(batch.Captions.Tokens);
            return new(regions, words.DetachFromDisposeScope(), bag.DetachFromDisposeScope());
        }
        catch
        {
            regions.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    Tensor IFixedFront.ImagesBehind(FixedFront front)
    {
        using DisposeScope scope = NewDisposeScope();
        return UnitRows.Of(pooling.call(front.Regions.unsqueeze(1))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    Tensor IFixedFront.CaptionsBehind(FixedFront front, CaptionBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return UnitRows.Of(captions.Behind(front.Words, front.Bag, batch.Lengths)).MoveToOuterDisposeScope();
    }
}
