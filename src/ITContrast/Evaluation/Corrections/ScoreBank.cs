using ITContrast.Evaluation.Ranking;

namespace ITContrast.Evaluation.Corrections;

/// <summary>
/// Statistics of the scores between a bank of queries and the gallery, from defined scores summed in a fixed order: the same bits on any machine.
/// </summary>
internal sealed class ScoreBank(Rows queries, Rows gallery, Rows galleryBank, int workers)
{
    public int Queries => queries.Count;
    public int Items => gallery.Count;

    /// <summary>Per item τ log Σ_q exp((s(q, g) − offset(q))/τ).</summary>
    public double[] LogSumExp(double temperature, double[]? offsets = null) => OverRows(gallery, queries, temperature, offsets);

    /// <summary>Per query τ log Σ_g exp((s(q, g) − offset(g))/τ).</summary>
    public double[] LogSumExpByQuery(double temperature, double[] offsets) => OverRows(queries, gallery, temperature, offsets);

    /// <summary>Per item τ log Σ_h exp(s(h, g)/τ) over the gallery bank.</summary>
    public double[] LogSumExpOfGallery(double temperature) => OverRows(gallery, galleryBank, temperature, null);

    /// <summary>Per item the mean of its k largest scores with the bank.</summary>
    public double[] MeanOfLargest(int count)
    {
        var means = new double[gallery.Count];
        int kept = Math.Min(count, queries.Count);
        DefinedRows.ForEach(gallery, queries, workers, (item, scores) =>
        {
            double[] sorted = scores.ToArray();
            Array.Sort(sorted);
            means[item] = sorted[^kept..].Average();
        });
        return means;
    }

    /// <summary>Whether an item is among the first k of some query of the bank.</summary>
    public bool[] InTop(int count)
    {
        var found = new bool[gallery.Count];
        DefinedRows.ForEach(queries, gallery, workers, (_, scores) =>
        {
            var (keys, order) = (new double[scores.Length], new int[scores.Length]);
            DefinedRows.Order(scores, keys, order);
            foreach (int item in order.AsSpan(0, Math.Min(count, order.Length))) found[item] = true;
        });
        return found;
    }

    private double[] OverRows(Rows rows, Rows others, double temperature, double[]? offsets)
    {
        var sums = new double[rows.Count];
        DefinedRows.ForEach(rows, others, workers, (row, scores) =>
        {
            double largest = double.NegativeInfinity, sum = 0;
            for (int i = 0; i < scores.Length; i++) largest = Math.Max(largest, scores[i] - (offsets?[i] ?? 0));
            for (int i = 0; i < scores.Length; i++) sum += Math.Exp((scores[i] - (offsets?[i] ?? 0) - largest) / temperature);
            sums[row] = largest + temperature * Math.Log(sum);
        });
        return sums;
    }
}
