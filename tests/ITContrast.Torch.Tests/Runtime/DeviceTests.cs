using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Runtime;

/// <summary>What has to hold on a CUDA device; skipped, with the reason, where there is none.</summary>
public sealed class DeviceTests
{
    private const string Absent = "no CUDA device, or a libtorch without CUDA";

    [Fact]
    public void Values_and_gradients_agree_with_the_cpu()
    {
        Assert.SkipUnless(cuda.is_available(), Absent);
        Live.Balanced(() =>
        {
            using Generator generator = new(5);
            Tensor a = randn(64, 32, ScalarType.Float64, generator: generator), b = randn(32, 48, ScalarType.Float64, generator: generator);
            Tensor host = Gradient(a.clone(), b), device = Gradient(a.cuda(), b.cuda());
            Assert.True(device.is_cuda);
            Live.Close(host, device.cpu(), 1e-12);
        });

        static Tensor Gradient(Tensor a, Tensor b)
        {
            a.requires_grad_();
            return autograd.grad([a.mm(b).softmax(1).square().sum()], [a])[0];
        }
    }

    [Fact]
    public void A_generator_of_the_device_repeats_its_draws()
    {
        Assert.SkipUnless(cuda.is_available(), Absent);
        Live.Balanced(() =>
        {
            using Generator generator = new(5, CUDA);
            Tensor first = rand(100, device: CUDA, generator: generator);
            generator.manual_seed(5);
            Live.SameBits(first, rand(100, device: CUDA, generator: generator));
        });
    }

    [Fact]
    public void Autocast_narrows_on_the_device_and_elements_come_back_without_a_tensor()
    {
        Assert.SkipUnless(cuda.is_available(), Absent);
        Live.Balanced(() =>
        {
            Tensor x = ones(4, 4, device: CUDA);
            foreach (ScalarType type in new[] { ScalarType.BFloat16, ScalarType.Float16 })
            {
                using (new Autocast(DeviceType.CUDA, type)) Assert.Equal(type, x.mm(x).dtype);
            }
            long before = Live.Count();
            Assert.Equal(1f, x.data<float>()[3, 3]);
            Assert.Equal(before, Tensor.TotalCount);
        });
    }
}
