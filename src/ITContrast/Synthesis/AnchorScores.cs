using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// <c>q·sg(n)</c>: the value of scores that the batch has, with a gradient to the anchors alone.
/// <code>P = S        ∂L/∂q = (∂L/∂P)·N        nothing to the keys</code>
/// </summary>
internal sealed class AnchorScores : autograd.SingleTensorFunction<AnchorScores>
{
    /// <inheritdoc/>
    public override string Name => nameof(AnchorScores);

    /// <summary>P, <c>[B, N]</c>.</summary>
    /// <param name="anchors">q, <c>[B, D]</c>.</param>
    /// <param name="keys">n, <c>[N, D]</c>.</param>
    /// <param name="scores">S = q·n, <c>[B, N]</c>.</param>
    public static Tensor Of(Tensor anchors, Tensor keys, Tensor scores) => apply(anchors, keys.detach(), scores.detach());

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_for_backward([(Tensor)vars[1]]);
        return ((Tensor)vars[2]).alias();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        [grad_output.matmul(ctx.get_saved_variables()[0]), null!, null!];
}
