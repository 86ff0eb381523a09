using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// While training, zeroes each element with probability p and scales the others by 1/(1 − p). Draws from libtorch's global generator;
/// <c>ITContrast.Torch.StreamedDropout</c> draws from a named stream instead.
/// </summary>
public class Dropout : nn.Module<Tensor, Tensor>
{
    private readonly bool inplace;

    internal Dropout(double p, bool inplace) : base(nameof(Dropout))
    {
        LayerChecks.Probability(nameof(Dropout), p);
        this.p = p;
        this.inplace = inplace;
    }

    public double p { get; }

    public override Tensor forward(Tensor input) => nn.functional.dropout(input, p, training, inplace);
}
