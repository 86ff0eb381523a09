using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Joins the dimensions from <paramref name="startDim"/> to <paramref name="endDim"/>.</summary>
public sealed class Flatten(long startDim, long endDim) : nn.Module<Tensor, Tensor>(nameof(Flatten))
{
    public override Tensor forward(Tensor input) => input.flatten(startDim, endDim);
}
