using ITContrast.Data;
using ITContrast.Encoders.Pooling;
using ITContrast.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>
/// VSE∞ on stored or hand-made regions: generalised pooling of both modalities and size augmentation of both.
/// <code>
///   v = unit( gpo_r{ W_0 x_r + mlp(x_r) } )        t = unit( gpo_l{ W·h_l + b } )        h = BiGRU(words)
/// </code>
/// Source: Chen et al., VSE∞ (CVPR 2021), <c>woodfrog/vse_infty</c>: regions, pooling, augmentation [V, METHODS 5.1]; a GRU narrower than D with a linear map
/// behind it, so that the step costs what other systems' do, and given word vectors are this project's [I].
/// </summary>
public sealed class VseInfinityEncoder : nn.Module, IPairEncoder, IWordTable
{
    private readonly RegionEncoder regions;
    private readonly GruWords words;
    private readonly Linear output;
    private readonly SetPooling pooling;
    private readonly WordAugmentation augmentation;

    /// <param name="tokenizer">The captions' vocabulary; its unknown word stands for a masked one.</param>
    /// <param name="regions">Sizes of the image branch; D is its dimension.</param>
    /// <param name="wordDimension">E, the width of a word's vector.</param>
    /// <param name="stateDimension">H, the width of the GRU's state in each direction.</param>
    /// <param name="trainWords">Whether word vectors are trained too.</param>
    public VseInfinityEncoder(WordTokenizer tokenizer, RegionEncoderOptions regions, int wordDimension, int stateDimension, bool trainWords = false)
        : base(nameof(VseInfinityEncoder))
    {
        this.regions = new(regions);
        words = new(tokenizer.VocabularySize, wordDimension, stateDimension);
        words.Table.requires_grad_(trainWords);
        output = nn.Linear(stateDimension, regions.Dimension);
        pooling = new(PoolingKind.Generalized);
        augmentation = new(tokenizer, tokenizer.UnknownId);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public int Dimension => regions.Dimension;

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public void SetWords(Tensor table) => WordScale.Fill(words.Table, table);

    /// <inheritdoc/>
    public Tensor Images(ImageBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return UnitRows.Of(regions.Embed(batch)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Captions(CaptionBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using CaptionBatch? changed = augmentation.Apply(batch);
        CaptionBatch captions = changed ?? batch;
        return UnitRows.Of(pooling.Pool(words.Run(captions, output.call), Members.Of(captions.Tokens.shape[1], captions.Lengths))).MoveToOuterDisposeScope();
    }
}
