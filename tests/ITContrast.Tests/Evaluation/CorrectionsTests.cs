using ITContrast.Evaluation;
using ITContrast.Evaluation.Corrections;
using ITContrast.Tests.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Tests.Evaluation;

public sealed class CorrectionsTests
{
    private const int Images = 30, Captions = 60, Width = 9;

    private static readonly float[] X = Samples.Values(Images, Width, 1), Y = Samples.Values(Captions, Width, 2);
    private static readonly int[] ImageOf = [.. Enumerable.Range(0, Captions).Select(caption => caption / 2)];

    // S[caption, image], the caption query's scores.
    private static readonly double[,] Scores = Matrix();

    private static double[,] Matrix()
    {
        var s = new double[Captions, Images];
        for (int c = 0; c < Captions; c++)
            for (int i = 0; i < Images; i++) s[c, i] = Samples.Dot(Y, c, X, i, Width);
        return s;
    }

    private static int[] CaptionRanks(ScoreCorrection correction, out CorrectedReport report)
    {
        using var images = tensor(X, [Images, Width]);
        using var captions = tensor(Y, [Captions, Width]);
        report = CorrectedRetrieval.Evaluate(images, captions, ImageOf, correction);
        return report.Ranks.CaptionQuery.Ranks;
    }

    private static int[] RanksOf(Func<int, int, double> score) => [.. Enumerable.Range(0, Captions).Select(c =>
        Enumerable.Range(0, Images).Count(i => score(c, i) > score(c, ImageOf[c])))];

    [Fact]
    public void Inverted_softmax_is_the_softmax_over_queries()
    {
        int[] expected = RanksOf((c, i) => Math.Exp(Scores[c, i] / 0.1) / Enumerable.Range(0, Captions).Sum(q => Math.Exp(Scores[q, i] / 0.1)));
        Assert.Equal(expected, CaptionRanks(new InvertedSoftmax { Temperature = 0.1 }, out CorrectedReport report));
        Assert.NotEqual(RanksOf((c, i) => Scores[c, i]), expected);
        Assert.True(report is { Transductive: true, Correction: "inverted-softmax" });
    }

    [Fact]
    public void Csls_subtracts_the_mean_scores_of_both_neighbourhoods()
    {
        double Neighbourhood(IEnumerable<double> scores) => scores.OrderDescending().Take(5).Average();
        int[] expected = RanksOf((c, i) => 2 * Scores[c, i]
            - Neighbourhood(Enumerable.Range(0, Images).Select(j => Scores[c, j])) - Neighbourhood(Enumerable.Range(0, Captions).Select(q => Scores[q, i])));
        Assert.Equal(expected, CaptionRanks(new Csls { Neighbours = 5 }, out _));
    }

    [Fact]
    public void Sinkhorn_balances_rows_and_columns_of_the_kernel()
    {
        var plan = new double[Captions, Images];
        for (int c = 0; c < Captions; c++) for (int i = 0; i < Images; i++) plan[c, i] = Math.Exp((Scores[c, i] - 1) / 0.2);
        for (int iteration = 0; iteration < 10; iteration++)
        {
            for (int c = 0; c < Captions; c++)
            {
                double sum = Enumerable.Range(0, Images).Sum(i => plan[c, i]);
                for (int i = 0; i < Images; i++) plan[c, i] /= sum * Captions;
            }
            for (int i = 0; i < Images; i++)
            {
                double sum = Enumerable.Range(0, Captions).Sum(c => plan[c, i]);
                for (int c = 0; c < Captions; c++) plan[c, i] /= sum * Images;
            }
        }
        Assert.Equal(RanksOf((c, i) => plan[c, i]), CaptionRanks(new Sinkhorn { Regularisation = 0.2 }, out _));
    }

    [Fact]
    public void Querybank_normalisation_touches_only_queries_whose_best_item_is_a_hub()
    {
        int Best(int c) => Enumerable.Range(0, Images).MaxBy(i => Scores[c, i]);
        // The bank is the test set, so every query's own best item is in some top 1: all are corrected.
        int[] expected = RanksOf((c, i) => Math.Exp(Scores[c, i] / 0.05) / Enumerable.Range(0, Captions).Sum(q => Math.Exp(Scores[q, i] / 0.05)));
        Assert.Equal(expected, CaptionRanks(new QueryBankNorm(), out _));

        // A bank of four captions makes at most four hubs; the other queries keep their plain order.
        using var images = tensor(X, [Images, Width]);
        using var captions = tensor(Y, [Captions, Width]);
        using var bank = tensor(Y[..(4 * Width)], [4, Width]);
        HashSet<int> hubs = [.. Enumerable.Range(0, 4).Select(Best)];
        int[] mixed = RanksOf((c, i) => hubs.Contains(Best(c))
            ? Scores[c, i] - 0.05 * Math.Log(Enumerable.Range(0, 4).Sum(q => Math.Exp(Scores[q, i] / 0.05))) : Scores[c, i]);
        CorrectedReport report = CorrectedRetrieval.Evaluate(images, captions, ImageOf, new QueryBankNorm(), imageBank: images, captionBank: bank);
        Assert.Equal(mixed, report.Ranks.CaptionQuery.Ranks);
        Assert.False(report.Transductive);
    }

    [Fact]
    public void Dual_bank_normalisation_divides_by_both_banks()
    {
        int[] expected = RanksOf((c, i) =>
            Math.Exp((3 + 2) * Scores[c, i])
            / Enumerable.Range(0, Captions).Sum(q => Math.Exp(3 * Scores[q, i]))
            / Enumerable.Range(0, Images).Sum(h => Math.Exp(2 * Samples.Dot(X, h, X, i, Width))));
        Assert.Equal(expected, CaptionRanks(new DualBankNorm { QuerySharpness = 3, GallerySharpness = 2 }, out _));
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new InvertedSoftmax { Temperature = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sinkhorn { Regularisation = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Csls { Neighbours = 0 });
    }
}
