using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Training;

/// <summary>
/// AdamW whose state is named by parameter, so that a checkpoint holds all of it and a resumed run continues bit for bit.
/// <code>
///   m ← β₁m + (1 − β₁)g        v ← β₂v + (1 − β₂)g²
///   θ ← θ − η·d·θ − η/(1 − β₁ᵗ) · m / (√(v/(1 − β₂ᵗ)) + ε)
/// </code>
/// Matrices and convolutions decay; vectors and scalars (biases, scales, the temperature) do not.
/// Source: Loshchilov and Hutter, decoupled weight decay (2019), algorithm 2 [V].
/// </summary>
public sealed class DecoupledAdam : IDisposable
{
    private const double Epsilon = 1e-8;

    private readonly (string Name, Parameter Parameter, Tensor First, Tensor Second)[] entries;
    private readonly double[] factors;
    private readonly double beta1, beta2, decay;

    /// <param name="parameters">The parameters by name; those that ask for no gradient are left alone.</param>
    /// <param name="decay">d, at least 0.</param>
    /// <param name="beta1">β₁, 0..1.</param>
    /// <param name="beta2">β₂, 0..1.</param>
    /// <param name="layerRates">Factors of η by the beginnings of parameters' names; null for 1 everywhere.</param>
    public DecoupledAdam(
        IEnumerable<(string Name, Parameter Parameter)> parameters, double decay, double beta1 = 0.9, double beta2 = 0.98,
        IReadOnlyDictionary<string, double>? layerRates = null)
    {
        (this.decay, this.beta1, this.beta2) = (decay, beta1, beta2);
        entries = [.. parameters.Where(p => p.Parameter.requires_grad).Select(p => (p.Name, p.Parameter, Zeros(p.Parameter), Zeros(p.Parameter)))];
        if (entries.Length == 0) throw new ArgumentException("There is no parameter to train.", nameof(parameters));
        factors = LayerRates.Of([.. entries.Select(e => e.Name)], layerRates);
    }

    /// <summary>Steps taken; set when a run resumes.</summary>
    public long Steps { get; set; }

    /// <summary>Every tensor of the state by name: <c>NAME.first</c> and <c>NAME.second</c>.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => entries.SelectMany(e => new[] { (e.Name + ".first", e.First), (e.Name + ".second", e.Second) });

    /// <summary>Changes the parameters by their gradients; one without a gradient keeps its value and state.</summary>
    /// <param name="rate">η.</param>
    public void Step(double rate)
    {
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Steps++;
        double first = 1 - Math.Pow(beta1, Steps), second = Math.Sqrt(1 - Math.Pow(beta2, Steps));
        for (int i = 0; i < entries.Length; i++)
        {
            (_, Parameter parameter, Tensor m, Tensor v) = entries[i];
            if (parameter.grad is not { } gradient) continue;
            double own = rate * factors[i];
            if (decay > 0 && parameter.ndim > 1) parameter.mul_(1 - own * decay);
            m.mul_(beta1).add_(gradient, 1 - beta1);
            v.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
            parameter.addcdiv_(m, v.sqrt().div_(second).add_(Epsilon), -own / first);
        }
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        foreach ((_, _, Tensor first, Tensor second) in entries)
        {
            first.Dispose();
            second.Dispose();
        }
    }

    private static Tensor Zeros(Tensor like)
    {
        using IDisposable guard = no_grad();
        return zeros_like(like).DetachFromDisposeScope();
    }
}
