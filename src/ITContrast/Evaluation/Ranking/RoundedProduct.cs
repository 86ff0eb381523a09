namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Scores of rows rounded to bf16, summed in fp32, by whichever matrix product. The bound of both:
/// <code>
///   |s − f| ≤ ‖δa‖‖b‖ + ‖â‖‖δb‖ + γ‖â‖‖b̂‖        f: the sum in fp32
/// </code>
/// </summary>
internal abstract class RoundedProduct(Rows first, Rows second) : IScoreProduct
{
    private readonly double relative = ErrorBound.BFloat16(first.Width);

    protected BFloat16Rows Left { get; } = new(first);

    protected BFloat16Rows Right { get; } = new(second);

    /// <summary>On the processor's matrix tiles where this torch reaches them, by torch elsewhere.</summary>
    public static RoundedProduct Of(Rows first, Rows second) =>
        ITContrast.Torch.BFloat16Tiles.Available ? new TiledProduct(first, second) : new BFloat16Product(first, second);

    public double FirstBound(int row) =>
        Bound(Left.Residuals[row], second.LargestNorm, Left.Norms[row], Right.LargestResidual, Right.LargestNorm);

    public double SecondBound(int row) =>
        Bound(Right.Residuals[row], first.LargestNorm, Right.Norms[row], Left.LargestResidual, Left.LargestNorm);

    public abstract float RoundUp(double value);

    public abstract float RoundDown(double value);

    public virtual TileShape? Hot => null;

    public abstract IScoreTile NewTile(int rows, int columns);

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }

    private double Bound(double residual, double otherNorm, double rounded, double otherResidual, double otherRounded) =>
        ErrorBound.RoundedUp(residual * otherNorm + rounded * otherResidual) + ErrorBound.Absolute(relative, rounded, otherRounded, first.Width);
}
