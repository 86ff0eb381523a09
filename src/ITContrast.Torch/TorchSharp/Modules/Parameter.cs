using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A tensor that is trained; a module registers it and owns it from then on.</summary>
public class Parameter : Tensor
{
    /// <param name="data">Taken over: it is disposed, and the parameter has its memory.</param>
    /// <param name="requires_grad">Whether gradients are computed for it.</param>
    public Parameter(Tensor data, bool requires_grad = true) : base(Take(data))
    {
        if (requires_grad) this.requires_grad = true;
    }

    private static nint Take(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!data.requires_grad) return data.MoveHandle();
        using (data) return data.detach().MoveHandle();
    }
}
