using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Runtime;

public sealed class RuntimeTests
{
    [Fact]
    public void Capabilities_say_which_torch_this_is()
    {
        TorchCapabilities torch = TorchCapabilities.Current;
        Assert.Matches(@"^\d+\.\d+", torch.Version);
        Assert.Equal(cuda.is_available(), torch.CudaDevices > 0);
        if (torch.Provider == "nuget")
        {
            Assert.False(torch.Autocast || torch.Determinism || torch.Distributed || torch.DeviceMemory || torch.FusedAdamW);
            Assert.True(torch.FusedAttention);
            return;
        }
        Assert.Equal("system", torch.Provider);
        Assert.True(torch.Autocast && torch.Determinism);
        Assert.Equal(Version.Parse(torch.Version.Split('+', 'a')[0]) >= new Version(2, 0), torch.FusedAttention);
        // 1.13 has no such kernel, 2.6 has all three; between them the operator itself says.
        if (Version.Parse(torch.Version.Split('+', 'a')[0]) is var version && (version < new Version(2, 0) || version >= new Version(2, 6)))
            Assert.Equal(version >= new Version(2, 6), torch.FusedOptimisersOnCpu);
    }

    [Fact]
    public void OpenBLAS_runs_a_kernel_for_this_processor()
    {
        string? kernel = TorchCapabilities.Current.BlasKernel;
        Assert.SkipWhen(kernel is null, "the BLAS in use is not OpenBLAS");
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx2.IsSupported, "the processor has no AVX2");
        Assert.DoesNotContain(kernel, new[] { "Prescott", "Core2", "Nehalem", "Penryn" });
    }

    [Fact]
    public void The_thread_pools_move_together()
    {
        int before = TorchThreads.Count;
        try
        {
            set_num_threads(1);
            Assert.Equal(1, get_num_threads());
            Assert.True(TorchThreads.BlasCount is null or 1);
            using SideTask<MemoryStream> task = new(() => new(new byte[get_num_threads()]));
            Assert.Equal(1, task.Result.Length);
            Assert.Throws<ArgumentOutOfRangeException>(() => TorchThreads.Count = 0);
        }
        finally
        {
            TorchThreads.Count = before;
        }
        Assert.True(TorchThreads.BlasCount is null || TorchThreads.BlasCount == before);
    }

    [Fact]
    public void Autocast_narrows_products_in_its_thread_and_ends_with_its_scope() => Live.Balanced(() =>
    {
        Assert.SkipUnless(TorchCapabilities.Current.Autocast, "TorchSharp's packages have no autocast");
        Tensor a = ones(4, 4, requires_grad: true), b = ones(4, 4);
        using (new Autocast(DeviceType.CPU))
        {
            Assert.True(Autocast.IsOn());
            Tensor c = a.mm(b);
            Assert.Equal(ScalarType.BFloat16, c.dtype);
            using (new Autocast(DeviceType.CPU, enabled: false)) Assert.Equal(ScalarType.Float32, a.mm(b).dtype);
            c.sum().backward();
            bool other = true;
            Thread thread = new(() => other = Autocast.IsOn());
            thread.Start();
            thread.Join();
            Assert.False(other);
        }
        Assert.False(Autocast.IsOn());
        Assert.Equal(ScalarType.Float32, a.mm(b).dtype);
        Assert.Equal(ScalarType.Float32, a.grad!.dtype);
        Assert.Throws<ArgumentException>(() => new Autocast(DeviceType.CPU, ScalarType.Float16));
        Assert.Throws<ArgumentException>(() => new Autocast(DeviceType.MPS));
    });

    [Fact]
    public void The_scaler_skips_a_bad_step_and_moves_its_scale() => Live.Balanced(() =>
    {
        GradScaler scaler = new(new GradScalerOptions { InitialScale = 8, GrowthInterval = 2 });
        Tensor w = ones(2, requires_grad: true);
        int steps = 0;
        bool Step(double factor)
        {
            w.grad = null;
            scaler.Scale((w * factor).sum()).backward();
            bool finite = scaler.Unscale([w]);
            Assert.Equal(finite, scaler.Step(() => steps++));
            scaler.Update();
            return finite;
        }

        Assert.True(Step(3));
        Assert.Equal([3f, 3], w.grad!.data<float>().ToArray());
        Assert.False(Step(double.PositiveInfinity));
        Assert.Equal((4, 0, 1), (scaler.Factor, scaler.GoodSteps, steps));
        Assert.False(Step(double.NaN));
        Assert.True(Step(1) && Step(1));
        Assert.Equal((4, 0, 3), (scaler.Factor, scaler.GoodSteps, steps));
        Assert.Throws<InvalidOperationException>(() => scaler.Step(() => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradScaler(new GradScalerOptions { Growth = 1 }));
    });

    [Fact]
    public void Determinism_is_a_switch_that_goes_back()
    {
        Assert.SkipUnless(TorchCapabilities.Current.Determinism, "TorchSharp's packages cannot switch deterministic algorithms on");
        Assert.False(Determinism.IsOn);
        using (new Determinism()) Assert.True(Determinism.IsOn);
        Assert.False(Determinism.IsOn);
    }

    [Fact]
    public void With_determinism_the_gradient_of_an_index_is_the_same_in_every_run() => Live.Balanced(() =>
    {
        Assert.SkipUnless(TorchCapabilities.Current.Determinism, "TorchSharp's packages cannot switch deterministic algorithms on");
        Generator generator = new(7);
        Tensor table = randn(40, 64, requires_grad: true, generator: generator);
        Tensor rows = randint(0, 40, 20_000, generator: generator);
        Tensor weight = randn(20_000, 64, generator: generator);
        using (new Determinism())
        {
            Tensor first = Gradient();
            for (int i = 0; i < 5; i++) Live.SameBits(first, Gradient());
        }

        Tensor Gradient() => autograd.grad([(table[rows] * weight).sum()], [table])[0];
    });

    [Fact]
    public void A_generator_repeats_its_draws_and_leaves_the_global_one_alone() => Live.Balanced(() =>
    {
        random.manual_seed(3);
        Tensor expected = rand(4);
        random.manual_seed(3);
        using Generator own = new(11);
        Tensor a = rand(4, generator: own), b = randn(4, generator: own);
        Live.SameBits(expected, rand(4));
        own.manual_seed(11);
        Live.SameBits(a, rand(4, generator: own));
        Tensor state = own.get_state();
        Live.SameBits(b, randn(4, generator: own));
        own.set_state(state);
        Live.SameBits(b, randn(4, generator: own));
        Assert.Equal(11, own.initial_seed());
    });

    [Fact]
    public void Channels_last_keeps_the_elements() => Live.Balanced(() =>
    {
        Tensor x = arange(0, 2 * 3 * 4 * 5, dtype: ScalarType.Float32).view(2, 3, 4, 5);
        Tensor y = x.ToChannelsLast();
        Assert.True(y.IsChannelsLast() && !x.IsChannelsLast());
        Assert.Equal([60L, 1, 15, 3], y.stride());
        Live.SameBits(x, y);
        Assert.Equal(x.data<float>().ToArray(), y.data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => zeros(2, 2).ToChannelsLast());
    });

    [Fact]
    public void Device_memory_is_reported_where_the_capability_says_so()
    {
        if (TorchCapabilities.Current.DeviceMemory) Assert.True(DeviceMemory.Read().Reserved >= 0);
        else Assert.Throws<PlatformNotSupportedException>(() => DeviceMemory.Read());
    }
}
