using ITContrast.Data;
using ITContrast.Encoders.Oscar;
using ITContrast.Encoders.Pooling;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>
/// VSE∞'s caption encoder: BERT's last layer, a linear map of every token, and a pooling over the tokens.
/// <code>t = pool_l( W·BERT(w)_l + b )        over [CLS] w_1 … w_L [SEP]</code>
/// BERT is an <see cref="OscarModel"/> that is shown text alone: its image part and heads take no part and get no gradient.
/// Source: <c>woodfrog/vse_infty</c> [V, METHODS 5.1].
/// </summary>
public sealed class BertCaptionEncoder : nn.Module, ICaptionBranch
{
    private readonly Linear output;
    private readonly SetPooling pooling;
    private readonly WordAugmentation? augmentation;

    /// <param name="bert">The model; disposed with the encoder.</param>
    /// <param name="dimension">D. Published: 1,024.</param>
    /// <param name="pooling">How tokens become one vector.</param>
    /// <param name="augmentation">Changes training captions; null leaves them.</param>
    public BertCaptionEncoder(OscarModel bert, int dimension = 1024, PoolingKind pooling = PoolingKind.Generalized, WordAugmentation? augmentation = null)
        : base(nameof(BertCaptionEncoder))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        (Bert, Dimension, this.augmentation) = (bert, dimension, augmentation);
        (output, this.pooling) = (nn.Linear(bert.Config.Hidden, dimension), new(pooling));
        register_module("bert", bert);
        register_module("output", output);
        register_module("pooling", this.pooling);
        if (augmentation is not null) register_module("augmentation", augmentation);
    }

    /// <summary>The model below; its learning rate is a tenth of the rest's in VSE∞.</summary>
    public OscarModel Bert { get; }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">More tokens than the model has positions.</exception>
    public Tensor Embed(CaptionBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using CaptionBatch? changed = augmentation?.Apply(batch);
        CaptionBatch captions = changed ?? batch;
        Tensor members = Members.Of(captions.Tokens.shape[1], captions.Lengths);
        Tensor sequence = Bert.Encode(Bert.EmbedText(captions.Tokens), members.to(ScalarType.Int64));
        return pooling.Pool(output.call(sequence), members).MoveToOuterDisposeScope();
    }
}
