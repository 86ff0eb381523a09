using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Training;

/// <summary>
/// An exponential moving average of the trained weights, which is what is validated and kept.
/// <code>
///   θ̄ ← d_t·θ̄ + (1 − d_t)·θ        d_t = min(d, (1 + t)/(10 + t))
/// </code>
/// The ramp lets early averages forget the start values. Source: Polyak and Juditsky (1992); the ramp as in TensorFlow's ExponentialMovingAverage [V].
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private readonly (string Name, Parameter Parameter, Tensor Average)[] entries;
    private readonly double decay;

    /// <param name="parameters">The parameters by name; those that ask for no gradient are left alone.</param>
    /// <param name="decay">d, within (0, 1).</param>
    public WeightAverage(IEnumerable<(string Name, Parameter Parameter)> parameters, double decay)
    {
        if (decay is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(decay), decay, "A decay lies within (0, 1).");
        this.decay = decay;
        using IDisposable guard = no_grad();
        entries =
        [
            .. parameters.Where(p => p.Parameter.requires_grad).Select(p => (p.Name, p.Parameter, p.Parameter.detach().clone().DetachFromDisposeScope())),
        ];
    }

    /// <summary>Every average by its parameter's name.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => entries.Select(e => (e.Name, e.Average));

    /// <summary>Moves the averages after the optimiser's step t.</summary>
    /// <param name="step">t, steps done before.</param>
    public void Update(long step)
    {
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        double kept = Math.Min(decay, (1.0 + step) / (10.0 + step));
        foreach ((_, Parameter parameter, Tensor average) in entries) average.mul_(kept).add_(parameter, 1 - kept);
    }

    /// <summary>Puts the averages in the weights' place until disposed, bit for bit as before then.</summary>
    public IDisposable Use()
    {
        Swap();
        return new Swapped(this);
    }

    /// <summary>Frees the averages.</summary>
    public void Dispose()
    {
        foreach ((_, _, Tensor average) in entries) average.Dispose();
    }

    private void Swap()
    {
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((_, Parameter parameter, Tensor average) in entries)
        {
            Tensor weights = parameter.detach().clone();
            parameter.copy_(average);
            average.copy_(weights);
        }
    }

    private sealed class Swapped(WeightAverage owner) : IDisposable
    {
        private bool back;

        public void Dispose()
        {
            if (!back) owner.Swap();
            back = true;
        }
    }
}
