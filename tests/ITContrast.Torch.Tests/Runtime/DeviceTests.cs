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

    // Layers, loss, clipping and the optimiser's kernel of the device, in float64 so that rounding cannot hide a difference.
    [Fact]
    public void Twenty_steps_of_a_model_end_where_the_cpus_do()
    {
        Assert.SkipUnless(cuda.is_available(), Absent);
        Live.Balanced(() =>
        {
            using Generator generator = new(6);
            Tensor x = randn(8, 5, 12, ScalarType.Float64, generator: generator), target = randint(4, new long[] { 8 }, generator: generator);
            foreach ((Tensor host, Tensor device) in Train(CPU).Zip(Train(CUDA))) Live.Close(host, device.cpu(), 1e-9);

            List<Tensor> Train(Device place)
            {
                using var model = nn.Sequential(nn.Linear(12, 16), nn.LayerNorm(16), nn.GELU(), new StreamedDropout(0.1), nn.Flatten(), nn.Linear(80, 4))
                    .Initialise(1).to(ScalarType.Float64).to(place);
                using var optimizer = optim.AdamW(model.parameters(), 1e-2, weight_decay: 0.1);
                using Tensor batch = x.to(place), classes = target.to(place);
                model.eval();
                for (var step = 0; step < 20; step++)
                {
                    using var scope = NewDisposeScope();
                    optimizer.zero_grad();
                    nn.functional.cross_entropy(model.call(batch), classes).backward();
                    nn.utils.clip_grad_norm_(model.parameters(), 1);
                    optimizer.step();
                }
                return [.. model.parameters().Select(p => p.detach().clone())];
            }
        });
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
