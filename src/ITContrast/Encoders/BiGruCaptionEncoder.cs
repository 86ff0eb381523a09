using ITContrast.Data;
using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// Word vectors, a bidirectional GRU over them, and the bag of words beside it.
/// <code>
///   e_l = E[w_l]        h_1 … h_L = BiGRU(e_1 … e_L)        t = W_h·mean_l h_l + W_b·(s·Σ_l e_l / ‖Σ_l e_l‖)        s = √E
/// </code>
/// Captions that are lists of keywords have hardly an order; the bag carries them and the GRU what order adds.
/// Source: Kiros et al., VSE (2014), Faghri et al., VSE++ (2018) for the GRU [V]; the bag is this project's [I].
/// </summary>
public sealed class BiGruCaptionEncoder : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding words;
    private readonly StreamedGru recurrent;
    private readonly Linear ofStates, ofBag;
    private readonly StreamedDropout wordDropout, bagDropout;
    private readonly double wordScale, bagScale;

    /// <param name="vocabulary">Words, with padding as id 0.</param>
    /// <param name="wordDimension">E, the width of a word's vector.</param>
    /// <param name="stateDimension">H, the width of a state of each direction.</param>
    /// <param name="dimension">D of the result.</param>
    /// <param name="rate">Dropout of word vectors and bag, 0..1.</param>
    public BiGruCaptionEncoder(int vocabulary, int wordDimension, int stateDimension, int dimension, double rate = 0.2) : base(nameof(BiGruCaptionEncoder))
    {
        words = nn.Embedding(vocabulary, wordDimension, padding_idx: 0);
        recurrent = new(wordDimension, stateDimension, bidirectional: true);
        ofStates = nn.Linear(2 * stateDimension, dimension);
        ofBag = nn.Linear(wordDimension, dimension);
        (wordDropout, bagDropout) = (new(rate), new(rate));
        // Unit vectors enter the GRU with entries near 0.3 and the bag with entries near 1, as their layers' start values expect.
        (bagScale, wordScale) = (Math.Sqrt(wordDimension), Math.Sqrt(wordDimension) / 4);
        RegisterComponents();
    }

    /// <summary>The table of word vectors, <c>[vocabulary, E]</c>.</summary>
    public Parameter Words => words.weight!;

    /// <param name="tokens"><c>[B, L]</c> int64, 0 past the end.</param>
    /// <param name="lengths"><c>[B]</c> int64, at least 1.</param>
    /// <returns><c>[B, D]</c>, not normalised.</returns>
    public override Tensor forward(Tensor tokens, Tensor lengths)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor vectors, Tensor bag) = Front(tokens);
        return Behind(vectors, bag, lengths).MoveToOuterDisposeScope();
    }

    /// <summary>What depends on the word vectors alone: scaled ones <c>[B, L, E]</c> and scaled bags <c>[B, E]</c>.</summary>
    internal (Tensor Vectors, Tensor Bag) Front(Tensor tokens)
    {
        // index_select and not the embedding's own lookup: its gradient adds rows in one order for every thread count.
        Tensor vectors = words.weight!.index_select(0, tokens.flatten()).view(tokens.shape[0], tokens.shape[1], -1);
        return (vectors * wordScale, UnitRows.Of(vectors.sum(1)) * bagScale);
    }

    /// <summary>The rest: <c>[B, D]</c>, not normalised.</summary>
    internal Tensor Behind(Tensor vectors, Tensor bag, Tensor lengths)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kept = bagDropout.call(bag);
        (Tensor states, _) = recurrent.Run(wordDropout.call(vectors), lengths);
        Tensor mean = states.sum(1) / lengths.to(states.device).to(states.dtype).unsqueeze(1);
        return (ofStates.call(mean) + ofBag.call(kept)).MoveToOuterDisposeScope();
    }
}
