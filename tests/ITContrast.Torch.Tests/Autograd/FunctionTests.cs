using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Autograd;

public sealed partial class FunctionTests
{
    [Fact]
    public void A_function_with_a_backward_of_its_own_gives_that_gradient() => Live.Balanced(() =>
    {
        Tensor x = tensor(new double[] { 1, 2, 3 }, requires_grad: true);
        Tensor y = Cube.apply(x, 2.0);
        Assert.Equal([2.0, 16, 54], y.data<double>().ToArray());
        y.sum().backward();
        Assert.Equal([6.0, 24, 54], x.grad!.data<double>().ToArray());
    });

    [Fact]
    public void A_function_of_several_outputs_gets_zeros_for_an_unused_one() => Live.Balanced(() =>
    {
        Tensor a = tensor(new double[] { 1, 2 }, requires_grad: true), b = tensor(new double[] { 3, 4 }, requires_grad: true);
        List<Tensor> outputs = SumAndProduct.apply(a, b);
        outputs[1].sum().backward();
        Assert.Equal([3.0, 4], a.grad!.data<double>().ToArray());
        Assert.Equal([1.0, 2], b.grad!.data<double>().ToArray());
    });

    [Fact]
    public void Without_a_gradient_to_record_no_graph_is_kept() => Live.Balanced(() =>
    {
        Tensor x = ones(2, ScalarType.Float64);
        Assert.False(Cube.apply(x, 1.0).requires_grad);
        using (no_grad()) Assert.False(Cube.apply(ones(2, ScalarType.Float64, requires_grad: true), 1.0).requires_grad);
    });

    [Fact]
    public void A_retained_graph_allows_a_second_backward() => Live.Balanced(() =>
    {
        Tensor x = ones(2, ScalarType.Float64, requires_grad: true);
        Tensor loss = Cube.apply(x, 1.0).sum();
        loss.backward(retain_graph: true);
        loss.backward();
        Assert.Equal([6.0, 6], x.grad!.data<double>().ToArray());
    });

    [Fact]
    public void Ten_thousand_graphs_leave_nothing_behind()
    {
        Live.Balanced(() =>
        {
            Tensor x = ones(2, ScalarType.Float64, requires_grad: true);
            for (int i = 0; i < 10_000; i++)
            {
                using (NewDisposeScope()) Cube.apply(x, 1.0).sum().backward();
            }
            Assert.Equal(30_000, x.grad!.data<double>().ToArray()[0]);
        });
    }

    [Fact]
    public void Anomaly_detection_names_the_operator_that_made_a_nan() => Live.Balanced(() =>
    {
        Tensor x = zeros(1, requires_grad: true);
        using (autograd.detect_anomaly())
            Assert.Contains("SqrtBackward", Assert.Throws<OperatorRefused>(() => (x.sqrt() * 0).sum().backward()).Message);
        (x.sqrt() * 0).sum().backward();
        Assert.True(float.IsNaN(x.grad!.item<float>()));
    });

    [Fact]
    public void Modes_nest_and_come_back() => Live.Balanced(() =>
    {
        Tensor x = ones(2, requires_grad: true);
        using (no_grad())
        {
            Assert.False((x * 2).requires_grad);
            using (enable_grad()) Assert.True((x * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
        }
        Assert.False(is_inference_mode_enabled());
    });

    [Fact]
    public void Higher_derivatives_follow_from_a_created_graph() => Live.Balanced(() =>
    {
        Tensor x = tensor(new double[] { 2 }, requires_grad: true);
        Tensor first = autograd.grad([x.pow(3).sum()], [x], create_graph: true)[0];
        Tensor second = autograd.grad([first.sum()], [x])[0];
        Assert.Equal((12, 12), (first.item<double>(), second.item<double>()));
        Tensor unused = ones(1, requires_grad: true);
        var none = autograd.grad([x.sum()], [unused], allow_unused: true)[0];
        if (TorchCapabilities.Current.Provider == "system") Assert.Null(none);
        else Assert.True(none.IsInvalid);
    });

    [Fact]
    public void A_jacobian_is_the_closed_form() => Live.Balanced(() =>
    {
        Tensor a = tensor(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });
        Live.SameBits(a, autograd.functional.jacobian(x => a.mv(x), ones(2, ScalarType.Float64)));
    });

    private sealed class Cube : autograd.SingleTensorFunction<Cube>
    {
        public override string Name => nameof(Cube);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            Tensor x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            ctx.save_data("factor", vars[1]);
            return x.pow(3) * (double)vars[1];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [grad_output * ctx.get_saved_variables()[0].square() * (3 * (double)ctx.get_data("factor")), null!];
    }

    private sealed class SumAndProduct : autograd.MultiTensorFunction<SumAndProduct>
    {
        public override string Name => nameof(SumAndProduct);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            Tensor a = (Tensor)vars[0], b = (Tensor)vars[1];
            ctx.save_for_backward([a, b]);
            return [a + b, a * b];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            List<Tensor> saved = ctx.get_saved_variables();
            return [grad_outputs[0] + (grad_outputs[1] * saved[1]), grad_outputs[0] + (grad_outputs[1] * saved[0])];
        }
    }
}
