using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Data;

/// <summary>The captions of a batch as token ids, padded with 0 and trimmed to the longest. The batch owns its tensors.</summary>
public sealed class CaptionBatch : IDisposable
{
    /// <summary>Tokens to which a longer caption is cut, unless told otherwise.</summary>
    public const int MaximumTokens = 512;

    private CaptionBatch(Tensor tokens, Tensor lengths) => (Tokens, Lengths) = (tokens, lengths);

    /// <summary><c>[B, L]</c> int64; 0 past a caption's end.</summary>
    public Tensor Tokens { get; }

    /// <summary><c>[B]</c> int64, tokens in each caption (at least 1).</summary>
    public Tensor Lengths { get; }

    /// <summary>The number of captions.</summary>
    public int Size => (int)Tokens.shape[0];

    /// <summary>A batch of tensors that exist already and that the batch owns from now on.</summary>
    /// <param name="tokens"><c>[B, L]</c> int64, 0 past a caption's end.</param>
    /// <param name="lengths"><c>[B]</c> int64.</param>
    /// <exception cref="ShapeException">Tokens are not <c>[B, L]</c>, or lengths not <c>[B]</c>.</exception>
    public static CaptionBatch Own(Tensor tokens, Tensor lengths)
    {
        if (tokens.ndim != 2) throw ShapeException.Of("caption tokens", "B, L", tokens.shape);
        if (lengths.ndim != 1 || lengths.shape[0] != tokens.shape[0])
            throw ShapeException.Of("caption lengths", $"{tokens.shape[0]} (as many as captions)", lengths.shape);
        return new(tokens, lengths);
    }

    /// <summary>Pads the encoded captions to the longest of them.</summary>
    /// <param name="encoded">Token ids, one array a caption, none empty.</param>
    /// <param name="maximum">Longer captions are cut to this many tokens, keeping the last token (the tokenizer's end mark).</param>
    /// <exception cref="ArgumentException">No captions, or one without tokens.</exception>
    public static CaptionBatch From(IReadOnlyList<int[]> encoded, int maximum = MaximumTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 2);
        if (encoded.Count == 0) throw new ArgumentException("A caption batch needs at least one caption; none came.", nameof(encoded));
        int longest = 0;
        for (int i = 0; i < encoded.Count; i++)
        {
            if (encoded[i].Length == 0)
                throw new ArgumentException($"Caption {i} of the batch encodes to no tokens; a tokenizer must give at least one.", nameof(encoded));
            longest = Math.Max(longest, Math.Min(encoded[i].Length, maximum));
        }
        Tensor tokens = zeros([encoded.Count, longest], int64).DetachFromDisposeScope();
        Tensor lengths = zeros([encoded.Count], int64).DetachFromDisposeScope();
        Span<long> ids = MemoryMarshal.Cast<byte, long>(tokens.bytes), counts = MemoryMarshal.Cast<byte, long>(lengths.bytes);
        for (int i = 0; i < encoded.Count; i++)
        {
            int n = Math.Min(encoded[i].Length, maximum);
            Span<long> row = ids.Slice(i * longest, longest);
            for (int j = 0; j < n; j++) row[j] = encoded[i][j];
            row[n - 1] = encoded[i][^1];
            counts[i] = n;
        }
        return new(tokens, lengths);
    }

    /// <summary>The batch on another device; this one when it is there already (then both are one object).</summary>
    public CaptionBatch To(Device device) =>
        Tokens.device.type == device.type && Tokens.device.index == device.index
            ? this
            : new(Tokens.to(device).DetachFromDisposeScope(), Lengths.to(device).DetachFromDisposeScope());

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Tokens.Dispose();
        Lengths.Dispose();
    }
}
