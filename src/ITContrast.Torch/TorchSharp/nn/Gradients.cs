using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What the optimisers and clipping share about gradients.</summary>
internal static class Gradients
{
    /// <summary>The gradients that are there, as tensors of the caller's scope.</summary>
    public static Tensor[] Of(IEnumerable<Parameter> parameters)
    {
        var list = new List<Tensor>();
        foreach (var parameter in parameters)
            if (parameter.grad is { } gradient) list.Add(gradient);
        return [.. list];
    }

    /// <summary>Drops a gradient, or fills it with zeros.</summary>
    public static void Clear(Parameter parameter, bool setToNone)
    {
        if (setToNone)
        {
            parameter.grad = null;
            return;
        }
        using var gradient = parameter.grad;
        if (gradient is null) return;
        using var guard = no_grad();
        using var detached = gradient.detach();
        detached.zero_();
    }
}
