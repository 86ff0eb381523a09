namespace ITContrast.Evaluation;

/// <summary>Around a query's best positive: items that score above it, others that score the same, and positives that score the same (it is one).</summary>
internal readonly record struct TieCounts(int Greater, int EqualOthers, int EqualPositives)
{
    /// <summary>The chance that a positive is among the first <paramref name="k"/> when equal scores come in random order.</summary>
    public double HitProbability(int k)
    {
        int places = k - Greater;
        if (places <= 0) return 0;
        // The chance that none of the places goes to a positive: (others/all) · ((others − 1)/(all − 1)) · …
        double miss = 1;
        for (int place = 0; place < places && miss > 0; place++)
            miss *= Math.Max(0, EqualOthers - place) / (double)Math.Max(1, EqualOthers + EqualPositives - place);
        return 1 - miss;
    }
}
