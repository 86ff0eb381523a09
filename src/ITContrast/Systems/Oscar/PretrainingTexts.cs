using ITContrast.Data;
using ITContrast.Encoders.Oscar;
using static TorchSharp.torch;

namespace ITContrast.Systems.Oscar;

/// <summary>
/// The drawn part of a pre-training step: whose tags each pair shows, and which tokens are masked. A pure function of the batch and the stream.
/// </summary>
/// <param name="Texts">Masked texts, one a pair.</param>
/// <param name="Labels">The id to predict at each place of a text, or <see cref="TokenMasking.Ignored"/>.</param>
/// <param name="Polluted">Whose tags are another image's.</param>
/// <param name="HasTags">Whether any pair has tags.</param>
internal sealed record PretrainingTexts(IReadOnlyList<OscarText> Texts, IReadOnlyList<int[]> Labels, bool[] Polluted, bool HasTags)
{
    public static PretrainingTexts Draw(PairBatch batch, Func<int, int[]> tagsOf, TokenMasking masking, OscarMarks marks, int maximum, RandomStream random)
    {
        int[][] captions = OscarText.Captions(batch.Captions), tags = Array.ConvertAll(batch.CaptionRows, row => tagsOf(row));
        var (texts, labels, polluted) = (new OscarText[captions.Length], new int[captions.Length][], new bool[captions.Length]);
        for (var i = 0; i < captions.Length; i++)
        {
            var shown = tags[i];
            if (shown.Length > 0 && random.NextDouble() < 0.5 && Other(tags, i, random) is { } other) (shown, polluted[i]) = (other, true);
            (texts[i], labels[i]) = masking.Apply(OscarText.Join(captions[i], shown, marks.End, maximum), random, polluted[i] ? 1 : 2);
        }
        return new(texts, labels, polluted, tags.Any(t => t.Length > 0));
    }

    /// <summary>Where tokens have to be predicted, as places of the flattened <c>[B · width]</c>, int64.</summary>
    public Tensor Places(long width) =>
        tensor(Labels.SelectMany((row, i) => Enumerable.Range(0, row.Length).Where(j => row[j] != TokenMasking.Ignored).Select(j => i * width + j)).ToArray());

    /// <summary>The ids at these places, int64.</summary>
    public Tensor Targets() => tensor(Labels.SelectMany(row => row).Where(label => label != TokenMasking.Ignored).Select(label => (long)label).ToArray());

    /// <summary>1 where the tags are the image's own, <c>[B]</c> int64.</summary>
    public Tensor Own() => tensor(Array.ConvertAll(Polluted, p => p ? 0L : 1L));

    // The first of the others, from a random place on, whose tags differ.
    private static int[]? Other(int[][] tags, int own, RandomStream random)
    {
        var start = random.NextInt(tags.Length);
        return Enumerable.Range(start, tags.Length).Select(k => tags[k % tags.Length]).FirstOrDefault(t => t.Length > 0 && !t.SequenceEqual(tags[own]));
    }
}
