using ITContrast.Data;
using ITContrast.Encoders.Pooling;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>
/// What cross attention compares: unit vectors of regions and of words, before any pooling.
/// <code>r_k = unit(W x_k + b)        w_l = unit(½ (→h_l + ←h_l))</code>
/// Source: Lee et al., SCAN (ECCV 2018) [V, METHODS 5.1]: D = 1,024, word vectors of 300.
/// </summary>
public sealed class FragmentEncoder : nn.Module
{
    private readonly RegionProjection projection;
    private readonly GruWords words;
    private readonly int regionDimension;

    /// <param name="vocabulary">Words, with padding as id 0.</param>
    /// <param name="regionDimension">F.</param>
    /// <param name="dimension">D.</param>
    /// <param name="wordDimension">Width of a word's vector.</param>
    public FragmentEncoder(int vocabulary, int regionDimension = 2048, int dimension = 1024, int wordDimension = 300) : base(nameof(FragmentEncoder))
    {
        (this.regionDimension, Dimension) = (regionDimension, dimension);
        (projection, words) = (new(regionDimension, dimension), new(vocabulary, wordDimension, dimension));
        register_module("projection", projection);
        register_module("words", words);
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>The table of word vectors, <c>[vocabulary, E]</c>.</summary>
    public TorchSharp.Modules.Parameter Table => words.Table;

    /// <summary>Unit region vectors <c>[B, R, D]</c>, zeros at padding.</summary>
    /// <exception cref="ArgumentException">The batch holds no regions, or an image without one.</exception>
    public Tensor Regions(ImageBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return Unit(projection.Project(batch.Values, Members.OfImages(batch, regionDimension))).MoveToOuterDisposeScope();
    }

    /// <summary>Unit word vectors <c>[B, L, D]</c>, zeros past a caption's end.</summary>
    public Tensor Words(CaptionBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return Unit(words.Run(batch)).MoveToOuterDisposeScope();
    }

    private static Tensor Unit(Tensor x) => x / x.norm(2, keepdim: true).clamp(min: 1e-8);
}
