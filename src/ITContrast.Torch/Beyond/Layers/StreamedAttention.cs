using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Attention of several heads, batch first, whose dropout draws from a named stream.
/// <code>
///   W = softmax(QKᵀ/√d)      out = dropout(W)·V, heads joined, times Wᵒ
/// </code>
/// Without dropout (evaluation, or p = 0) it runs on libtorch's own kernel where there is one. Padding has weight exactly 0; a query with
/// padding alone attends to all keys equally. Source: Vaswani et al., NeurIPS 2017, section 3.2.2.
/// </summary>
public sealed class StreamedAttention : nn.Module<Tensor, Tensor, Tensor?, Tensor>, IStreamedLayer
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear output;
    private readonly long heads;
    private readonly double dropout;

    /// <param name="dimension">E, the features of queries and of the result.</param>
    /// <param name="heads">A divisor of E.</param>
    /// <param name="dropout">The probability of a zero among the weights.</param>
    /// <param name="keyDimension">The features of keys and values; E when null.</param>
    public StreamedAttention(long dimension, long heads, double dropout = 0, long? keyDimension = null) : base(nameof(StreamedAttention))
    {
        if (heads < 1 || dimension % heads != 0)
            throw new ArgumentException($"{dimension} features do not divide into {heads} heads.", nameof(heads));
        if (!(dropout >= 0 && dropout <= 1))
            throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "The probability of a zero must lie between 0 and 1.");
        (this.heads, this.dropout) = (heads, dropout);
        query = nn.Linear(dimension, dimension);
        key = nn.Linear(keyDimension ?? dimension, dimension);
        value = nn.Linear(keyDimension ?? dimension, dimension);
        output = nn.Linear(dimension, dimension);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public LayerStream Stream { get; } = new();

    /// <summary>Attends from queries <c>[B, L, E]</c> to keys <c>[B, S, K]</c>.</summary>
    /// <param name="queries"><c>[B, L, E]</c>.</param>
    /// <param name="keys"><c>[B, S, K]</c>, values too.</param>
    /// <param name="padding">bool <c>[B, S]</c>, true where a key is padding; null where none is.</param>
    /// <returns><c>[B, L, E]</c>.</returns>
    public override Tensor forward(Tensor queries, Tensor keys, Tensor? padding)
    {
        using var scope = NewDisposeScope();
        var q = Split(query.call(queries));
        var k = Split(key.call(keys));
        var v = Split(value.call(keys));
        var mask = padding?.unsqueeze(1).unsqueeze(1);
        Tensor attended;
        if (training && dropout > 0)
        {
            attended = StreamedDropout.Drop(Weights(q, k, mask), dropout, training, Stream).matmul(v);
        }
        else
        {
            // A number far below every score instead of −∞, so that a row of padding alone stays finite on every libtorch.
            var bars = mask is null ? null : zeros(mask.shape, dtype: q.dtype, device: q.device).masked_fill(mask, Barred(q));
            attended = nn.functional.scaled_dot_product_attention(q, k, v, bars);
        }
        return output.call(attended.transpose(1, 2).reshape(queries.shape)).MoveToOuterDisposeScope();
    }

    private static Tensor Weights(Tensor q, Tensor k, Tensor? mask)
    {
        var scores = (q * (1 / Math.Sqrt(q.shape[^1]))).matmul(k.transpose(-2, -1));
        return (mask is null ? scores : scores.masked_fill(mask, Barred(q))).softmax(-1);
    }

    private static double Barred(Tensor q) => q.dtype == ScalarType.Float16 ? -6e4 : -1e30;

    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], heads, x.shape[2] / heads).transpose(1, 2);
}
