using ITContrast.Data;
using ITContrast.Encoders.Pooling;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>VSE∞'s cheaper caption encoder: <see cref="GruWords"/> and a pooling over the words. Source: <c>woodfrog/vse_infty</c> [V, METHODS 5.1].</summary>
public sealed class GruCaptionEncoder : nn.Module, ICaptionBranch
{
    private readonly GruWords words;
    private readonly SetPooling pooling;
    private readonly WordAugmentation? augmentation;

    /// <param name="vocabulary">Words, with padding as id 0.</param>
    /// <param name="dimension">D.</param>
    /// <param name="wordDimension">Width of a word's vector. Published: 300.</param>
    /// <param name="pooling">How words become one vector.</param>
    /// <param name="dropout">Dropout of word vectors, 0..1.</param>
    /// <param name="augmentation">Changes training captions; null leaves them.</param>
    public GruCaptionEncoder(
        int vocabulary, int dimension = 1024, int wordDimension = 300, PoolingKind pooling = PoolingKind.Generalized, double dropout = 0,
        WordAugmentation? augmentation = null)
        : base(nameof(GruCaptionEncoder))
    {
        Dimension = dimension;
        (words, this.pooling, this.augmentation) = (new(vocabulary, wordDimension, dimension, dropout), new(pooling), augmentation);
        register_module("words", words);
        register_module("pooling", this.pooling);
        if (augmentation is not null) register_module("augmentation", augmentation);
    }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <summary>The table of word vectors, <c>[vocabulary, E]</c>.</summary>
    public Parameter Table => words.Table;

    /// <inheritdoc/>
    public Tensor Embed(CaptionBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using CaptionBatch? changed = augmentation?.Apply(batch);
        CaptionBatch captions = changed ?? batch;
        return pooling.Pool(words.Run(captions), Members.Of(captions.Tokens.shape[1], captions.Lengths)).MoveToOuterDisposeScope();
    }
}
