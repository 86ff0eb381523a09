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
    /// <param name="batch">The captions.</param>
    /// <param name="map">Maps states <c>[N, D]</c> to rows <c>[N, O]</c>, each by itself; null keeps them.</param>
    /// <returns><c>[B, L, D]</c>, or <c>[B, L, O]</c>; zeros past a caption's end.</returns>
    public Tensor Run(CaptionBatch batch, Func<Tensor, Tensor>? map = null)
    {
        using DisposeScope scope = NewDisposeScope();
        (long size, long longest) = (batch.Tokens.shape[0], batch.Tokens.shape[1]);
        // Dropout draws for every place of the batch; without it only the words that are there are looked up.
        bool drops = training && dropout.P > 0;
        Tensor padded = drops ? dropout.call(Vectors(batch.Tokens).view(size, longest, -1)) : batch.Tokens.unsqueeze(2);
        return recurrent.RunRows(padded, batch.Lengths, rows => drops ? rows : Vectors(rows), rows =>
        {
            Tensor states = rows.view(rows.shape[0], 2, -1).mean([1]);
            return map is null ? states : map(states);
        }).MoveToOuterDisposeScope();
    }

    // index_select and not the embedding's own lookup: its gradient adds rows in one order for every thread count.
    private Tensor Vectors(Tensor tokens) => words.weight!.index_select(0, tokens.flatten());
}
