namespace ITContrast.Analysis;

/// <summary>
/// Which negatives a softmax loss learns from. Over a query's negatives, at temperature τ:
/// <code>
///   w_j = exp(s_j/τ) / Σ_n exp(s_n/τ)      effective number = 1 / Σ_j w_j²      mass = Σ_n exp(s_n/τ) / (exp(s_pos/τ) + Σ_n exp(s_n/τ))
/// </code>
/// InfoNCE gives negative j the gradient mass · w_j / τ; the log-sum-exp triplet gives it w_j, so the shares are the same for both.
/// Source: METHODS 2.3 and 7 [V]; the effective number is the inverse Simpson index.
/// </summary>
public static class GradientMass
{
    private static readonly double[] DefaultTemperatures = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

    /// <summary>Measures both directions over the whole gallery.</summary>
    /// <param name="pairs">The embeddings.</param>
    /// <param name="temperatures">The τ, above 0 each; 0.01 to 0.5 where null.</param>
    /// <param name="threads">Threads; 0 takes what torch is set to use. No number changes with it.</param>
    /// <exception cref="ArgumentException">No temperature, or one that is not above 0.</exception>
    /// <exception cref="ShapeException">There is no negative.</exception>
    public static GradientMassReport Measure(EmbeddedPairs pairs, IReadOnlyList<double>? temperatures = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        double[] wanted = [.. (temperatures ?? DefaultTemperatures).Order()];
        if (wanted.Length == 0 || wanted.Any(t => !(t > 0) || !double.IsFinite(t)))
            throw new ArgumentException($"Gradient mass needs temperatures above 0; found [{string.Join(", ", wanted)}].", nameof(temperatures));
        return new(Of(pairs.CaptionQuery, wanted, threads), Of(pairs.ImageQuery, wanted, threads));
    }

    private static GradientMassDirection Of(QueryDirection direction, double[] temperatures, int threads)
    {
        direction.RequireNegatives();
        var shares = new NegativeShares[direction.Queries.Count][];
        direction.ForEachQuery(threads, (query, scores) =>
        {
            double positive = double.NegativeInfinity;
            List<double> negatives = [];
            for (int item = 0; item < scores.Length; item++)
            {
                if (direction.IsPositive(query, item)) positive = Math.Max(positive, scores[item]);
                else if (direction.IsNegative(query, item)) negatives.Add(scores[item]);
            }
            negatives.Sort((a, b) => b.CompareTo(a));
            shares[query] = [.. temperatures.Select(t => Shares(positive, negatives, t))];
        });
        return new(direction.Name, direction.Queries.Count, direction.Gallery.Count, [.. temperatures.Select((t, place) => new NegativeShares(
            t, shares.Average(query => query[place].EffectiveNumber), shares.Average(query => query[place].Top1), shares.Average(query => query[place].Top5),
            shares.Average(query => query[place].Top10), shares.Average(query => query[place].Mass)))]);
    }

    // Scores come sorted from hard to easy; the largest is taken off before exp, so that no small τ overflows.
    private static NegativeShares Shares(double positive, List<double> negatives, double temperature)
    {
        double sum = 0, squares = 0, top1 = 0, top5 = 0, top10 = 0;
        for (int place = 0; place < negatives.Count; place++)
        {
            double weight = Math.Exp((negatives[place] - negatives[0]) / temperature);
            sum += weight;
            squares += weight * weight;
            if (place == 0) top1 = sum;
            if (place < 5) top5 = sum;
            if (place < 10) top10 = sum;
        }
        // mass = 1 / (1 + exp(s_pos/τ) / Σ exp(s_n/τ)); exp may become infinite, and the mass then 0, as it must.
        double mass = 1 / (1 + Math.Exp((positive - negatives[0]) / temperature) / sum);
        return new(temperature, sum * sum / squares, top1 / sum, top5 / sum, top10 / sum, mass);
    }
}
