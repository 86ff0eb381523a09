namespace ITContrast.Losses;

/// <summary>Options of <see cref="HalGlobal"/>; values as in HAL's code [V] where nothing else is said.</summary>
public sealed record HalGlobalOptions
{
    /// <summary>α of the log-sum-exp. Default 60 (Flickr30K; 30 on COCO); above 0.</summary>
    public double Alpha { get; init; } = 60;

    /// <summary>ε, the score that a negative is pushed below. Default 0.7 (Flickr30K; 0.3 on COCO).</summary>
    public double Epsilon { get; init; } = 0.7;

    /// <summary>a = b, the sharpness of both weights. Default 40; above 0.</summary>
    public double Sharpness { get; init; } = 40;

    /// <summary>ε₋ of the negatives' weight. Default 0.1.</summary>
    public double NegativeShift { get; init; } = 0.1;

    /// <summary>k, bank entries that count for an anchor. Default 250; at least 1.</summary>
    public int Hardest { get; init; } = 250;

    /// <summary>Entries of each modality's bank. Default 1,024 [I]; HAL holds a share of 0.05 of the training set.</summary>
    public int BankLength { get; init; } = 1024;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public HalGlobalOptions Validated()
    {
        Require(Alpha > 0 && double.IsFinite(Alpha), nameof(Alpha), Alpha, "a finite number above 0");
        Require(double.IsFinite(Epsilon), nameof(Epsilon), Epsilon, "a finite number");
        Require(Sharpness > 0 && double.IsFinite(Sharpness), nameof(Sharpness), Sharpness, "a finite number above 0");
        Require(double.IsFinite(NegativeShift), nameof(NegativeShift), NegativeShift, "a finite number");
        Require(Hardest >= 1, nameof(Hardest), Hardest, "at least 1");
        Require(BankLength >= 1, nameof(BankLength), BankLength, "at least 1");
        return this;
    }

    private static void Require(bool holds, string name, double value, string wanted)
    {
        if (!holds) throw new ArgumentOutOfRangeException(name, $"{name} is {value}; use {wanted}.");
    }
}
