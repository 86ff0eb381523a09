using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>The usual start values of each kind of layer, as PyTorch has them, from named streams.</summary>
internal static class LayerInitialiser
{
    public static void Initialise(nn.Module module, InitialStream stream)
    {
        switch (module)
        {
            case IStreamInitialised own: own.Initialise(stream); break;
            case Linear linear: Weighted(stream, linear.weight, linear.bias); break;
            case Conv1d conv: Weighted(stream, conv.weight, conv.bias); break;
            case Conv2d conv: Weighted(stream, conv.weight, conv.bias); break;
            case Embedding embedding: Table(stream, embedding.weight!); break;
            case GRU or LSTM: Recurrent(stream, module); break;
            case LayerNorm or BatchNorm1d or BatchNorm2d or GroupNorm: Normalising(module); break;
        }
    }

    private static void Weighted(InitialStream stream, Tensor weight, Tensor? bias)
    {
        stream.UniformByFanIn("weight", weight);
        if (bias is null) return;
        var bound = Math.Sqrt((double)weight.shape[0] / weight.numel());
        stream.Uniform("bias", bias, -bound, bound);
    }

    private static void Table(InitialStream stream, Tensor weight)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        // A row of zeros is the padding's and stays one; the providers name its index differently.
        var used = weight.detach().abs().sum(1, keepdim: true).gt(0).to(weight.dtype);
        stream.Normal("weight", weight);
        weight.mul_(used);
    }

    private static void Recurrent(InitialStream stream, nn.Module module)
    {
        var parameters = module.named_parameters(false).ToArray();
        var hidden = parameters.First(p => p.name.StartsWith("weight_hh", StringComparison.Ordinal)).parameter.shape[1];
        var bound = 1 / Math.Sqrt(hidden);
        foreach (var (name, parameter) in parameters) stream.Uniform(name, parameter, -bound, bound);
    }

    private static void Normalising(nn.Module module)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in module.named_parameters(false)) parameter.fill_(name == "weight" ? 1 : 0);
    }
}
