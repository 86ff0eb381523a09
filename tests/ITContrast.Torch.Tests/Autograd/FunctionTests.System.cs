using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Autograd;

public sealed partial class FunctionTests
{
    [Fact]
    public void A_tensor_says_whether_it_was_made_in_inference_mode() => Live.Balanced(() =>
    {
        Tensor x = ones(2);
        using (inference_mode()) Assert.True((x * 2).is_inference);
        Assert.False((x * 2).is_inference);
    });

    // TorchSharp lets the exception cross libtorch's own frames, which ends the process.
    [Fact]
    public void An_exception_in_backward_comes_out_as_it_was_thrown() => Live.Balanced(() =>
    {
        Tensor x = ones(2, requires_grad: true);
        TorchException error = Assert.Throws<TorchException>(() => Throws.apply(x).sum().backward());
        Assert.Equal("on purpose", Assert.IsType<InvalidDataException>(error.InnerException).Message);
    });

    [Fact]
    public void A_backward_of_the_wrong_length_is_refused() => Live.Balanced(() =>
        Assert.Contains(
            "2 gradients for 1 arguments",
            Assert.Throws<TorchException>(() => TooMany.apply(ones(2, requires_grad: true)).sum().backward()).Message));

    [Fact]
    public void A_second_backward_through_a_functions_freed_tensors_is_refused() => Live.Balanced(() =>
    {
        Tensor loss = Cube.apply(ones(2, ScalarType.Float64, requires_grad: true), 1.0).sum();
        loss.backward();
        Assert.Throws<TorchException>(() => loss.backward());
    });

    private sealed class Throws : autograd.SingleTensorFunction<Throws>
    {
        public override string Name => nameof(Throws);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => throw new InvalidDataException("on purpose");
    }

    private sealed class TooMany : autograd.SingleTensorFunction<TooMany>
    {
        public override string Name => nameof(TooMany);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output, grad_output];
    }
}
