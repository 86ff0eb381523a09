namespace ITContrast.Evaluation.Statistics;

/// <summary>How often each group counts.</summary>
internal static class Weights
{
    public static int[] All(int groups)
    {
        var weights = new int[groups];
        Array.Fill(weights, 1);
        return weights;
    }

    /// <summary>Draws as many groups as there are, with replacement.</summary>
    public static int[] Drawn(RandomStream random, int groups)
    {
        var weights = new int[groups];
        for (int draw = 0; draw < groups; draw++) weights[random.NextInt(groups)]++;
        return weights;
    }
}
