using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Optim;

public sealed partial class ClipTests
{
    [Fact]
    public void The_joint_norm_is_returned_and_becomes_the_bound() => Live.Balanced(() =>
    {
        using var a = WithGradient([3, 0]);
        using var b = WithGradient([0, 4]);
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b], 1), 6);
        Assert.Equal(0.6f, a.grad![0].item<float>(), 1e-6f);
        Assert.Equal(0.8f, b.grad![1].item<float>(), 1e-6f);
        Assert.Equal(1, nn.utils.clip_grad_norm_([a, b], 10), 6);
        Assert.Equal(0.6f, a.grad![0].item<float>(), 1e-6f);
        Assert.Equal(0.8, nn.utils.clip_grad_norm_([a, b], 10, double.PositiveInfinity), 6);
    });

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_spreads_and_is_never_hidden(float bad) => Live.Balanced(() =>
    {
        using var a = WithGradient([1, 2]);
        using var b = WithGradient([bad, 0]);
        Assert.False(double.IsFinite(nn.utils.clip_grad_norm_([a, b], 1)));
        Assert.True(float.IsNaN(b.grad![0].item<float>()));
        // As in PyTorch: a norm of NaN spoils all gradients, an infinite one makes the finite ones zero.
        Assert.Equal(float.IsNaN(bad) ? float.NaN : 0f, a.grad![0].item<float>());
    });

    [Fact]
    public void Parameters_without_gradients_are_passed_over() => Live.Balanced(() =>
    {
        using var none = new Parameter(zeros(2));
        using var some = WithGradient([3, 4]);
        Assert.Equal(0, nn.utils.clip_grad_norm_([none], 1));
        Assert.Equal(5, nn.utils.clip_grad_norm_([none, some], 100), 6);
        nn.utils.clip_grad_value_([none, some], 3.5);
        Assert.Equal([3f, 3.5f], some.grad!.data<float>().ToArray());
    });

    [Fact]
    public void Parameters_go_to_a_vector_and_back() => Live.Balanced(() =>
    {
        using var model = nn.Linear(2, 3).Initialise(1);
        var vector = nn.utils.parameters_to_vector(model.parameters());
        Assert.Equal([9], vector.shape);
        using var copy = nn.Linear(2, 3);
        nn.utils.vector_to_parameters(vector, copy.parameters());
        Live.SameBits(model.weight, copy.weight);
        Live.SameBits(model.bias!, copy.bias!);
        Assert.Throws<WrongElementCount>(() => nn.utils.vector_to_parameters(zeros(8), copy.parameters()));
    });

    private static Parameter WithGradient(float[] values) => new(zeros(values.Length)) { grad = tensor(values) };
}
