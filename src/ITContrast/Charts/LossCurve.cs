namespace ITContrast.Charts;

/// <summary>
/// A loss curve that grows while a run trains: report steps to it, show it once, and update the display with the same object.
/// The left axis is the loss, the right one the validation rsum.
/// </summary>
/// <param name="title">The figure's title.</param>
public sealed class LossCurve(string title = "Training")
{
    private readonly List<double> steps = [], losses = [], checkedAt = [], validation = [];

    /// <summary>Adds a step.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="loss">The step's loss.</param>
    /// <param name="rsum">The newest validation rsum; a value that came before is not drawn again.</param>
    public void Add(long step, double loss, double? rsum)
    {
        (double x, double last) = (step, validation.Count > 0 ? validation[^1] : double.NaN);
        steps.Add(x);
        losses.Add(loss);
        if (rsum is not { } value || value == last) return;
        // It was measured after the step before this one.
        checkedAt.Add(x - 1);
        validation.Add(value);
    }

    /// <summary>The curves of a stored run.</summary>
    /// <param name="losses">Steps done and loss, in order.</param>
    /// <param name="validation">Steps done and validation rsum, in order.</param>
    /// <param name="title">The figure's title.</param>
    public static LossCurve Of(IReadOnlyList<(long Step, double Loss)> losses, IReadOnlyList<(long Step, double RSum)> validation, string title = "Training")
    {
        LossCurve curve = new(title);
        foreach ((long step, double loss) in losses) curve.Add(step, loss, null);
        foreach ((long step, double rsum) in validation)
        {
            curve.checkedAt.Add(step);
            curve.validation.Add(rsum);
        }
        return curve;
    }

    /// <summary>The curve so far.</summary>
    public Figure ToFigure() => new Figure(title)
        .Line(steps, losses, "loss")
        .Line(checkedAt, validation, "validation rsum", markers: true, secondAxis: true)
        .Axes("step", "loss, nats", "rsum, 0 to 600");

    /// <summary>How notebooks show the curve.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => ToFigure().ToMimeBundle();
}
