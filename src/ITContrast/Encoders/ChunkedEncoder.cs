using ITContrast.Data;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// GradCache: batches larger than memory. Embeddings are computed a chunk at a time and nothing but them is kept; when their gradients are known, each
/// chunk is computed again and passes its part on to the parameters.
/// <code>
///   v = f(x; θ) by chunks, no graph   →   L(V, T), ∂L/∂V, ∂L/∂T   →   ∂L/∂θ = Σ_chunks (∂v/∂θ)ᵀ ∂L/∂v
/// </code>
/// The second pass draws what the first drew (<see cref="Recomputed"/>), so with dropout on, too, the gradients are those of all chunks in memory at once.
/// A chunk's dropout masks differ from those of the same rows in one large pass, since a draw covers a whole tensor. Batch normalisation sees chunks as
/// batches, and its running statistics move twice. Source: Gao et al., "Scaling deep contrastive learning batch size under memory limited setup" (2021) [V].
/// </summary>
public sealed class ChunkedEncoder : IPairEncoder
{
    private readonly IPairEncoder encoder;
    private readonly int chunk;

    /// <param name="encoder">What embeds a chunk.</param>
    /// <param name="chunk">Images or captions in memory at once, at least 1.</param>
    public ChunkedEncoder(IPairEncoder encoder, int chunk)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunk, 1);
        (this.encoder, this.chunk) = (encoder, chunk);
    }

    /// <inheritdoc/>
    public int Dimension => encoder.Dimension;

    /// <inheritdoc/>
    public nn.Module Module => encoder.Module;

    /// <inheritdoc/>
    public Tensor Images(ImageBatch batch)
    {
        ImageKind kind = batch.Kind;
        bool counts = batch.Counts is not null, boxes = batch.Boxes is not null;
        Tensor[] all = [batch.Values, .. counts ? [batch.Counts!] : Array.Empty<Tensor>(), .. boxes ? [batch.Boxes!] : Array.Empty<Tensor>()];
        return ByChunk(batch.Size, all, part => encoder.Images(ImageBatch.Own(kind, part[0], counts ? part[1] : null, boxes ? part[^1] : null)));
    }

    /// <inheritdoc/>
    public Tensor Captions(CaptionBatch batch) => ByChunk(batch.Size, [batch.Tokens, batch.Lengths], part => encoder.Captions(Trimmed(part[0], part[1])));

    // A chunk is no wider than its longest caption.
    private static CaptionBatch Trimmed(Tensor tokens, Tensor lengths) => CaptionBatch.Own(tokens.narrow(1, 0, lengths.max().item<long>()), lengths);

    private Tensor ByChunk(int size, Tensor[] inputs, Func<IReadOnlyList<Tensor>, Tensor> embed)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> parts = [];
        for (int start = 0; start < size; start += chunk)
        {
            int rows = Math.Min(chunk, size - start);
            parts.Add(Recomputed.Run(Module, embed, [.. inputs.Select(t => t.narrow(0, start, rows))]));
        }
        return cat([.. parts], 0).MoveToOuterDisposeScope();
    }
}
