using ITContrast.Data;
using ITContrast.Encoders.Pooling;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>The text of one pair: <c>[CLS] caption [SEP] tags [SEP]</c> and the segment of each id, 0 for the caption and 1 for the tags.</summary>
/// <param name="Ids">Word pieces.</param>
/// <param name="Segments">As long as the ids.</param>
public sealed record OscarText(int[] Ids, int[] Segments)
{
    /// <summary>Puts a caption and tags together; the tags are cut to what room is left.</summary>
    /// <param name="caption">The encoded caption with its marks.</param>
    /// <param name="tags">Tag pieces without marks; none leaves their part out.</param>
    /// <param name="end">[SEP].</param>
    /// <param name="maximum">Ids in all: the model's positions.</param>
    /// <exception cref="ShapeException">The caption alone is longer.</exception>
    public static OscarText Join(IReadOnlyList<int> caption, IReadOnlyList<int> tags, int end, int maximum)
    {
        if (caption.Count > maximum)
            throw new ShapeException(
                $"A caption of {caption.Count} tokens came to a model of {maximum} positions. Cut the captions (CollateOptions.MaximumTokens).");
        int room = Math.Min(tags.Count, maximum - caption.Count - 1);
        return room <= 0
            ? new([.. caption], new int[caption.Count])
            : new([.. caption, .. tags.Take(room), end], [.. new int[caption.Count], .. Enumerable.Repeat(1, room + 1)]);
    }

    /// <summary>The captions of a batch as arrays, without padding.</summary>
    public static int[][] Captions(CaptionBatch batch)
    {
        using var scope = NewDisposeScope();
        var (tokens, lengths, width) = (batch.Tokens.cpu().data<long>().ToArray(), batch.Lengths.cpu().data<long>().ToArray(), (int)batch.Tokens.shape[1]);
        return [.. lengths.Select((n, i) => Array.ConvertAll(tokens[(i * width)..(i * width + (int)n)], id => (int)id))];
    }

    /// <summary>Pads texts to the longest: ids and segments <c>[B, L]</c> int64, members bool <c>[B, L]</c>.</summary>
    public static (Tensor Ids, Tensor Segments, Tensor Members) Pad(IReadOnlyList<OscarText> texts, Device device)
    {
        var longest = texts.Max(text => text.Ids.Length);
        var (ids, segments) = (new long[texts.Count * longest], new long[texts.Count * longest]);
        for (var i = 0; i < texts.Count; i++)
            for (var j = 0; j < texts[i].Ids.Length; j++) (ids[i * longest + j], segments[i * longest + j]) = (texts[i].Ids[j], texts[i].Segments[j]);
        using var scope = NewDisposeScope();
        var lengths = tensor(texts.Select(text => (long)text.Ids.Length).ToArray()).to(device);
        return (
            tensor(ids, [texts.Count, longest]).to(device).MoveToOuterDisposeScope(),
            tensor(segments, [texts.Count, longest]).to(device).MoveToOuterDisposeScope(),
            Members.Of(longest, lengths).MoveToOuterDisposeScope());
    }
}
