namespace ITContrast.Analysis;

/// <summary>N_k of every item of a gallery.</summary>
/// <param name="K">Places that count.</param>
/// <param name="Queries">Queries asked.</param>
/// <param name="Counts">N_k by item; their sum is Queries · K.</param>
public sealed record HubCounts(int K, int Queries, int[] Counts)
{
    /// <summary>S_k, 0 where every item is retrieved equally often; above 1 is strong hubness.</summary>
    public double Skewness
    {
        get
        {
            double mean = Counts.Average(), second = Counts.Average(n => (n - mean) * (n - mean)), third = Counts.Average(n => Math.Pow(n - mean, 3));
            return second == 0 ? 0 : third / Math.Pow(second, 1.5);
        }
    }

    /// <summary>Share of items, 0 to 1, in no query's top K.</summary>
    public double NeverRetrieved => Counts.Count(n => n == 0) / (double)Counts.Length;

    /// <summary>That share where each query took K items at random: <c>(1 − K/items)^Queries</c>. With fewer places than items some must be left out.</summary>
    public double NeverRetrievedByChance => Math.Pow(1 - (double)K / Counts.Length, Queries);

    /// <summary>The largest N_k.</summary>
    public int Largest => Counts.Max();
}
