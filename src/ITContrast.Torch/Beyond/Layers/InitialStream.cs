using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>A module that gives start values to parameters of its own.</summary>
public interface IStreamInitialised
{
    /// <summary>Fills the parameters that belong to this module itself, not its children's.</summary>
    void Initialise(InitialStream stream);
}

/// <summary>Start values of one module's parameters; each parameter has a stream of its own, named by its path.</summary>
/// <param name="seed">The run's seed.</param>
/// <param name="path">The module's path in its model.</param>
public sealed class InitialStream(ulong seed, string path)
{
    /// <summary>Fills a parameter uniformly in [low, high).</summary>
    public void Uniform(string name, Tensor parameter, double low, double high) =>
        Fill(name, parameter, (t, g) => rand(t.shape, dtype: ScalarType.Float32, device: t.device, generator: g) * (high - low) + low);

    /// <summary>Fills a parameter from N(mean, std²).</summary>
    public void Normal(string name, Tensor parameter, double mean = 0, double std = 1) =>
        Fill(name, parameter, (t, g) => randn(t.shape, dtype: ScalarType.Float32, device: t.device, generator: g) * std + mean);

    /// <summary>Fills a weight <c>[out, in, …]</c> uniformly in ±gain·√(6/(fan_in + fan_out)). Glorot and Bengio 2010.</summary>
    public void XavierUniform(string name, Tensor weight, double gain = 1)
    {
        var (fanIn, fanOut) = Fans(weight);
        var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
        Uniform(name, weight, -bound, bound);
    }

    /// <summary>Fills a weight <c>[out, in, …]</c> uniformly in ±1/√fan_in, a linear layer's usual start.</summary>
    public void UniformByFanIn(string name, Tensor weight)
    {
        var bound = 1 / Math.Sqrt(Fans(weight).FanIn);
        Uniform(name, weight, -bound, bound);
    }

    private void Fill(string name, Tensor parameter, Func<Tensor, Generator, Tensor> draw)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)StreamSeed.Of(seed, path.Length == 0 ? name : $"{path}.{name}"), parameter.device);
        parameter.copy_(draw(parameter, generator));
    }

    private static (long FanIn, long FanOut) Fans(Tensor weight)
    {
        var shape = weight.shape;
        if (shape.Length < 2)
            throw new ArgumentException($"A weight is [out, in, …], but this parameter is [{string.Join(", ", shape)}].", nameof(weight));
        var field = weight.numel() / (shape[0] * shape[1]);
        return (shape[1] * field, shape[0] * field);
    }
}
