using ITContrast.Data;
using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>
/// Words in their context: a bidirectional GRU over word vectors, both directions averaged.
/// <code>h_l = ½ (→h_l + ←h_l)        →h, ←h = BiGRU( drop(E[w_1]) … drop(E[w_L]) )</code>
/// Source: SCAN and VSE∞ [V, METHODS 5.1]; the dropout is an option of this project [I].
/// </summary>
public sealed class GruWords : nn.Module
{
    private readonly Embedding words;
    private readonly StreamedDropout dropout;
    private readonly StreamedGru recurrent;

    /// <param name="vocabulary">Words, with padding as id 0.</param>
    /// <param name="wordDimension">Width of a word's vector.</param>
    /// <param name="dimension">D, the width of a state of each direction.</param>
    /// <param name="rate">Dropout of word vectors, 0..1.</param>
    public GruWords(int vocabulary, int wordDimension, int dimension, double rate = 0) : base(nameof(GruWords))
    {
        words = nn.Embedding(vocabulary, wordDimension, padding_idx: 0);
        dropout = new(rate);
        recurrent = new(wordDimension, dimension, bidirectional: true);
        RegisterComponents();
    }

    /// <summary>The table of word vectors, <c>[vocabulary, E]</c>.</summary>
    public Parameter Table => words.weight!;

    /// <summary>Word states.</summary>
    /// <returns><c>[B, L, D]</c>, zeros past a caption's end.</returns>
    public Tensor Run(CaptionBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        (long size, long longest) = (batch.Tokens.shape[0], batch.Tokens.shape[1]);
        // index_select and not the embedding's own lookup: its gradient adds rows in one order for every thread count.
        Tensor vectors = words.weight!.index_select(0, batch.Tokens.flatten()).view(size, longest, -1);
        (Tensor states, _) = recurrent.Run(dropout.call(vectors), batch.Lengths);
        return states.view(size, longest, 2, -1).mean([2]).MoveToOuterDisposeScope();
    }
}
