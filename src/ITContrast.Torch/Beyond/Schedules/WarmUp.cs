namespace ITContrast.Torch;

/// <summary>
/// Factors on the first learning rate that rise over the first steps, for <c>torch.optim.lr_scheduler.LambdaLR</c> stepped after every batch.
/// A step counts from 0; the first step has 1/(warm-up) of the rate rather than none.
/// </summary>
public static class WarmUp
{
    /// <summary>min(1, (t + 1)/w), then 1.</summary>
    /// <param name="warmUp">w, steps of the rise; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">w is negative.</exception>
    public static Func<int, double> Constant(int warmUp)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmUp);
        return step => Rise(step, warmUp);
    }

    /// <summary>The rise, then straight down to <paramref name="lowest"/> at the last step. Source: BERT's schedule (Devlin et al., NAACL 2019).</summary>
    /// <param name="warmUp">w, steps of the rise.</param>
    /// <param name="total">T, all steps; the factor stays at the lowest behind them.</param>
    /// <param name="lowest">The factor at the end, 0 to 1.</param>
    public static Func<int, double> Linear(int warmUp, int total, double lowest = 0)
    {
        Check(warmUp, total, lowest);
        return step => step < warmUp ? Rise(step, warmUp) : 1 - (1 - lowest) * Progress(step, warmUp, total);
    }

    /// <summary>The rise, then half a cosine down to <paramref name="lowest"/>. Source: Loshchilov and Hutter, arXiv 1608.03983, without restarts.</summary>
    /// <inheritdoc cref="Linear"/>
    public static Func<int, double> Cosine(int warmUp, int total, double lowest = 0)
    {
        Check(warmUp, total, lowest);
        return step => step < warmUp ? Rise(step, warmUp) : lowest + (1 - lowest) * (1 + Math.Cos(Math.PI * Progress(step, warmUp, total))) / 2;
    }

    private static double Rise(int step, int warmUp) => step < warmUp ? (step + 1.0) / warmUp : 1;

    private static double Progress(int step, int warmUp, int total) => Math.Min(1, (double)(step - warmUp) / (total - warmUp));

    private static void Check(int warmUp, int total, double lowest)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmUp);
        if (total <= warmUp)
            throw new ArgumentOutOfRangeException(nameof(total), total, $"The schedule must be longer than its warm-up of {warmUp} steps.");
        if (!(lowest >= 0 && lowest <= 1)) throw new ArgumentOutOfRangeException(nameof(lowest), lowest, "The last factor lies between 0 and 1.");
    }
}
