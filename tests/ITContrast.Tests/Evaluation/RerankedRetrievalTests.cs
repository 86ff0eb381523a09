using ITContrast.Data;
using ITContrast.Evaluation;
using ITContrast.Evaluation.Reranking;
using ITContrast.Tests.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Tests.Evaluation;

public sealed class RerankedRetrievalTests
{
    private const int Images = 12, Captions = 24, Width = 6;

    private static readonly float[] X = Samples.Values(Images, Width, 1), Y = Samples.Values(Captions, Width, 2);
    private static readonly int[] ImageOf = [.. Enumerable.Range(0, Captions).Select(caption => caption / 2)];

    // A matcher that knows the rows it is given: images carry their row as value, captions as token.
    private sealed class Oracle(Func<long, long, float> score) : IMatcher
    {
        public Tensor Score(ImageBatch images, CaptionBatch captions)
        {
            float[] values = images.Values.data<float>().ToArray();
            long[] tokens = captions.Tokens.data<long>().ToArray();
            return tensor([.. values.Select((image, pair) => score((long)image, tokens[pair] - 1))]);
        }
    }

    private static RetrievalReport Evaluate(Func<long, long, float> score, int candidates)
    {
        using var images = tensor(X, [Images, Width]);
        using var captions = tensor(Y, [Captions, Width]);
        return RerankedRetrieval.Evaluate(images, captions, ImageOf, new Oracle(score),
            rows => ImageBatch.Own(ImageKind.Global, tensor([.. rows.Select(row => (float)row)], [rows.Length, 1])),
            rows => CaptionBatch.From([.. rows.Select(row => (int[])[row + 1])]), new() { Candidates = candidates, BatchSize = 5 });
    }

    private static int[] BiEncoderCaptionRanks() => Samples.SortedRanks(Y, X, Width, (caption, image) => ImageOf[caption] == image);

    [Fact]
    public void A_perfect_matcher_saves_what_the_candidates_hold_and_nothing_else()
    {
        int[] plain = BiEncoderCaptionRanks();
        Assert.Equal(plain.Select(rank => rank < 4 ? 0 : rank), Evaluate((i, c) => ImageOf[c] == i ? 1 : 0, 4).CaptionQuery.Ranks);
        Assert.All(Evaluate((i, c) => ImageOf[c] == i ? 1 : 0, 1000).ImageQuery.Ranks, rank => Assert.Equal(0, rank));
    }

    [Fact]
    public void A_matcher_without_an_opinion_keeps_the_bi_encoder_s_order() =>
        Assert.Equal(BiEncoderCaptionRanks(), Evaluate((_, _) => 0.5f, 7).CaptionQuery.Ranks);

    [Fact]
    public void The_full_protocol_ranks_by_the_matcher_alone()
    {
        float Score(long image, long caption) => (image * 7 + caption * 5) % 11;
        int[] places = [.. BiEncoderPlaces()];
        int[] expected = [.. Enumerable.Range(0, Captions).Select(c => Enumerable.Range(0, Images).Count(i =>
            Score(i, c) > Score(ImageOf[c], c) || (Score(i, c) == Score(ImageOf[c], c) && places[c * Images + i] < places[c * Images + ImageOf[c]])))];
        Assert.Equal(expected, Evaluate(Score, Images).CaptionQuery.Ranks);
    }

    private static IEnumerable<int> BiEncoderPlaces()
    {
        for (int c = 0; c < Captions; c++)
        {
            int[] order = [.. Enumerable.Range(0, Images).OrderByDescending(i => Samples.Dot(Y, c, X, i, Width)).ThenBy(i => i)];
            for (int i = 0; i < Images; i++) yield return Array.IndexOf(order, i);
        }
    }

    [Fact]
    public void A_score_that_is_not_a_number_names_the_pair()
    {
        var error = Assert.Throws<DataException>(() => Evaluate((i, c) => i == 3 ? float.NaN : 0, Captions));
        Assert.Contains("image row 3 with caption row", error.Message);
    }
}
