namespace ITContrast.Evaluation.Ranking;

/// <summary>Directed roundings to fp32: what is compared with an fp32 score loses no proof by them.</summary>
internal static class Outwards
{
    /// <summary>The least fp32 value that is at least <paramref name="value"/>.</summary>
    public static float Up(double value) => (float)value >= value ? (float)value : MathF.BitIncrement((float)value);

    /// <summary>The greatest fp32 value that is at most <paramref name="value"/>.</summary>
    public static float Down(double value) => (float)value <= value ? (float)value : MathF.BitDecrement((float)value);
}
