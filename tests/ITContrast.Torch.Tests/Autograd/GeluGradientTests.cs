using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Autograd;

public class GeluGradientTests
{
    // libtorch 1.13 gives a wrong float32 gradient for a transposed and for an expanded incoming gradient.
    [Theory, InlineData("plain"), InlineData("transposed"), InlineData("expanded")]
    public void The_gradient_is_right_whatever_the_strides_of_the_incoming_one(string kind)
    {
        using var scope = NewDisposeScope();
        var values = Enumerable.Range(0, 12).Select(i => (i - 6) / 4.0).ToArray();
        var x = tensor(values, [3, 4]).to(ScalarType.Float32).requires_grad_();
        var weights = tensor(Enumerable.Range(0, 12).Select(i => 1.0 + i).ToArray(), [4, 3]).to(ScalarType.Float32);
        var y = x.gelu();
        var (scalar, incoming) = kind switch
        {
            "plain" => ((y * weights.reshape(3, 4)).sum(), weights.reshape(3, 4)),
            "transposed" => ((y.T * weights).sum(), weights.T),
            _ => (y.sum(), ones(3, 4, dtype: ScalarType.Float32)),
        };
        scalar.backward();
        var found = x.grad!.data<float>().ToArray();
        var upstream = incoming.contiguous().data<float>().ToArray();
        for (var i = 0; i < 12; i++)
        {
            const double h = 1e-6;
            var slope = (Gelu(values[i] + h) - Gelu(values[i] - h)) / (2 * h);
            Assert.Equal(slope * upstream[i], found[i], 3);
        }
    }

    private static double Gelu(double v)
    {
        using var scope = NewDisposeScope();
        return tensor(new[] { v }).gelu().item<double>();
    }
}
