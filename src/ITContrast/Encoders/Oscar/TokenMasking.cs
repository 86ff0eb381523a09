namespace ITContrast.Encoders.Oscar;

/// <summary>
/// BERT's masking: each token that is no mark is chosen with probability 0.15; a chosen one becomes [MASK] (0.8), any word (0.1) or stays (0.1), and has to be
/// predicted in all three cases. At least one token of a text is chosen, where it has any.
/// Source: Devlin et al., BERT (2019), 3.1 [R]; that at least one is chosen is this project's [I], for captions of two words.
/// </summary>
/// <param name="marks">Ids of the marks and of [MASK].</param>
/// <param name="isMark">Which ids are never chosen.</param>
/// <param name="rate">Probability that a token is chosen, above 0 and at most 1.</param>
public sealed class TokenMasking(OscarMarks marks, Func<int, bool> isMark, double rate = 0.15)
{
    /// <summary>The label of a token that need not be predicted.</summary>
    public const int Ignored = -100;

    private readonly double rate = rate is > 0 and <= 1
        ? rate
        : throw new ArgumentOutOfRangeException(nameof(rate), rate, "The share of chosen tokens is above 0 and at most 1.");
    private readonly int[] words = [.. Enumerable.Range(0, marks.Vocabulary).Where(id => id != marks.Mask && !isMark(id))];

    /// <summary>Masks a text.</summary>
    /// <param name="text">The text; it is not changed.</param>
    /// <param name="random">Where choices come from.</param>
    /// <param name="segments">How many segments take part: 1 spares the tags.</param>
    /// <returns>The masked text, and the id to predict at each place or <see cref="Ignored"/>.</returns>
    public (OscarText Text, int[] Labels) Apply(OscarText text, RandomStream random, int segments = 2)
    {
        int[] ids = [.. text.Ids], labels = [.. Enumerable.Repeat(Ignored, ids.Length)];
        int[] places = [.. Enumerable.Range(0, ids.Length).Where(i => text.Segments[i] < segments && !isMark(ids[i]))];
        if (places.Length == 0) return (text, labels);
        List<int> chosen = [.. places.Where(_ => random.NextDouble() < rate)];
        if (chosen.Count == 0) chosen.Add(places[random.NextInt(places.Length)]);
        foreach (int place in chosen)
        {
            labels[place] = ids[place];
            double draw = random.NextDouble();
            ids[place] = draw < 0.8 ? marks.Mask : draw < 0.9 ? words[random.NextInt(words.Length)] : ids[place];
        }
        return (text with { Ids = ids }, labels);
    }
}
