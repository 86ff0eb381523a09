using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// The temperature τ of a softmax over scores, fixed or learned as a logarithm so that it stays positive.
/// <code>
///   scale = 1/τ = min(exp(θ), 100)
/// </code>
/// The bound keeps a learned τ from vanishing once all training pairs are solved. Source: Radford et al., CLIP (2021), section 2.5 [V].
/// </summary>
public sealed class Temperature : nn.Module
{
    /// <summary>The largest 1/τ.</summary>
    public const double LargestScale = 100;

    // TorchSharp's to() puts the moved parameter into the field of its name.
    [ComponentName(Name = "log_scale")] private readonly Parameter logScale;

    /// <param name="initial">τ to begin with, 0.01 to 10.</param>
    /// <param name="learned">False keeps τ at its first value.</param>
    /// <exception cref="ArgumentOutOfRangeException">τ is not of that range.</exception>
    public Temperature(double initial = 0.1, bool learned = true) : base(nameof(Temperature))
    {
        if (!(initial >= 1 / LargestScale && initial <= 10))
            throw new ArgumentOutOfRangeException(nameof(initial), initial, $"A temperature is {1 / LargestScale} to 10.");
        logScale = new Parameter(tensor((float)Math.Log(1 / initial)), learned);
        register_parameter("log_scale", logScale);
    }

    /// <summary>1/τ as a scalar tensor with its gradient.</summary>
    public Tensor Scale() => logScale.clamp(max: Math.Log(LargestScale)).exp();

    /// <summary>τ now.</summary>
    public double Value
    {
        get
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable guard = no_grad();
            return 1 / Scale().ToDouble();
        }
    }
}
