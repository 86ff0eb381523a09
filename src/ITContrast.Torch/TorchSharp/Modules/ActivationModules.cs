using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A layer without parameters that maps each element (or a slice) by a function.</summary>
public abstract class ActivationModule(string name) : nn.Module<Tensor, Tensor>(name);

/// <summary>max(x, 0).</summary>
public sealed class ReLU(bool inplace) : ActivationModule(nameof(ReLU))
{
    public override Tensor forward(Tensor input) => nn.functional.relu(input, inplace);
}

/// <summary>x where x > 0, slope·x elsewhere.</summary>
public sealed class LeakyReLU(double negative_slope, bool inplace) : ActivationModule(nameof(LeakyReLU))
{
    public override Tensor forward(Tensor input) => nn.functional.leaky_relu(input, negative_slope, inplace);
}

/// <summary>x where x > 0, α·(eˣ − 1) elsewhere.</summary>
public sealed class ELU(double alpha, bool inplace) : ActivationModule(nameof(ELU))
{
    public override Tensor forward(Tensor input) => nn.functional.elu(input, alpha, inplace);
}

/// <summary>x·Φ(x), Φ the normal distribution function, by erf.</summary>
public sealed class GELU(bool inplace) : ActivationModule(nameof(GELU))
{
    public override Tensor forward(Tensor input) => nn.functional.gelu(input, inplace);
}

/// <summary>x·σ(x).</summary>
public sealed class SiLU(bool inplace) : ActivationModule(nameof(SiLU))
{
    public override Tensor forward(Tensor input) => nn.functional.silu(input, inplace);
}

/// <summary>tanh x.</summary>
public sealed class Tanh(bool inplace) : ActivationModule(nameof(Tanh))
{
    public override Tensor forward(Tensor input) => nn.functional.tanh(input, inplace);
}

/// <summary>σ(x) = 1/(1 + e⁻ˣ).</summary>
public sealed class Sigmoid(bool inplace) : ActivationModule(nameof(Sigmoid))
{
    public override Tensor forward(Tensor input) => nn.functional.sigmoid(input, inplace);
}

/// <summary>log(1 + e^(βx))/β; x itself above the threshold.</summary>
public sealed class Softplus(double beta, double threshold) : ActivationModule(nameof(Softplus))
{
    public override Tensor forward(Tensor input) => nn.functional.softplus(input, beta, threshold);
}

/// <summary>exp(x)/Σ exp(x) along a dimension.</summary>
public sealed class Softmax(long dim) : ActivationModule(nameof(Softmax))
{
    public override Tensor forward(Tensor input) => nn.functional.softmax(input, dim);
}

/// <summary>x − log Σ exp(x) along a dimension.</summary>
public sealed class LogSoftmax(long dim) : ActivationModule(nameof(LogSoftmax))
{
    public override Tensor forward(Tensor input) => nn.functional.log_softmax(input, dim);
}
