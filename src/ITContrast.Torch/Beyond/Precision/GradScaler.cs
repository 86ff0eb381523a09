using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Keeps float16 gradients in range: the loss is multiplied by a scale, the gradients are divided by it before the step, a step with an
/// infinity or a NaN is skipped and halves the scale, and <see cref="GradScalerOptions.GrowthInterval"/> good steps in a row double it.
/// <code>
///   scaler.Scale(loss).backward();
///   scaler.Unscale(parameters);           // clip after this, if at all
///   scaler.Step(() => optimizer.step());  // skipped where a gradient was not finite
///   scaler.Update();
/// </code>
/// bfloat16 has float32's range and needs none. One synchronisation with the device a step.
/// </summary>
public sealed class GradScaler
{
    private readonly GradScalerOptions _options;
    private bool _unscaled;
    private bool _finite = true;
    private int _good;

    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option outside its range.</exception>
    public GradScaler(GradScalerOptions? options = null)
    {
        _options = options ?? new GradScalerOptions();
        _options.Validate();
        Factor = _options.InitialScale;
    }

    /// <summary>The scale in use.</summary>
    public double Factor { get; private set; }

    /// <summary>Good steps since the last change of the scale.</summary>
    public int GoodSteps => _good;

    /// <summary>The loss times the scale.</summary>
    public Tensor Scale(Tensor loss) => loss * Factor;

    /// <summary>Divides the gradients by the scale, in place, once a step.</summary>
    /// <returns>Whether all of them are finite.</returns>
    /// <exception cref="InvalidOperationException">It was called before in this step.</exception>
    public bool Unscale(IEnumerable<Tensor> parameters)
    {
        if (_unscaled)
            throw new InvalidOperationException("the gradients of this step are unscaled already: call Update() after Step() first.");
        using (no_grad())
        using (NewDisposeScope())
        {
            List<Tensor> finite = [];
            foreach (Tensor parameter in parameters)
            {
                if (parameter.grad is not { } gradient) continue;
                gradient.mul_(1 / Factor);
                finite.Add(gradient.isfinite().all());
            }
            _finite = finite.Count == 0 || stack(finite).all().item<bool>();
        }
        _unscaled = true;
        return _finite;
    }

    /// <summary>Takes the step if the gradients are finite.</summary>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Unscale"/> was not called.</exception>
    public bool Step(Action step)
    {
        if (!_unscaled)
            throw new InvalidOperationException("call Unscale(parameters) before Step(...): the gradients still carry the scale.");
        if (_finite) step();
        return _finite;
    }

    /// <summary>Adjusts the scale after a step.</summary>
    public void Update()
    {
        _unscaled = false;
        if (!_finite)
        {
            Factor *= _options.Backoff;
            _good = 0;
        }
        else if (++_good >= _options.GrowthInterval)
        {
            Factor *= _options.Growth;
            _good = 0;
        }
        _finite = true;
    }

    /// <summary>Goes on from a checkpoint.</summary>
    /// <param name="factor">The scale, above zero.</param>
    /// <param name="goodSteps">Good steps since its last change.</param>
    public void Restore(double factor, int goodSteps)
    {
        if (!double.IsFinite(factor) || factor <= 0)
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "the scale is a positive finite number.");
        ArgumentOutOfRangeException.ThrowIfNegative(goodSteps);
        (Factor, _good) = (factor, goodSteps);
    }
}

/// <summary>How a <see cref="GradScaler"/> moves its scale.</summary>
public sealed record GradScalerOptions
{
    /// <summary>The first scale, above 0; 65,536 by default.</summary>
    public double InitialScale { get; init; } = 65536;

    /// <summary>What the scale is multiplied by after enough good steps, above 1; 2 by default.</summary>
    public double Growth { get; init; } = 2;

    /// <summary>What the scale is multiplied by after a bad step, between 0 and 1; 0.5 by default.</summary>
    public double Backoff { get; init; } = 0.5;

    /// <summary>Good steps before the scale grows, at least 1; 2,000 by default.</summary>
    public int GrowthInterval { get; init; } = 2000;

    internal void Validate()
    {
        if (!double.IsFinite(InitialScale) || InitialScale <= 0)
            throw new ArgumentOutOfRangeException(nameof(InitialScale), InitialScale, "expected a positive finite number.");
        if (!double.IsFinite(Growth) || Growth <= 1)
            throw new ArgumentOutOfRangeException(nameof(Growth), Growth, "expected a number above 1.");
        if (Backoff is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Backoff), Backoff, "expected a number between 0 and 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(GrowthInterval, 1);
    }
}
