using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Runtime;

public sealed class LeakTests
{
    [Fact]
    public void Ten_thousand_training_steps_leave_tensors_and_resident_memory_flat() => Live.Balanced(() =>
    {
        using Sequential model = nn.Sequential(("a", nn.Linear(8, 16)), ("b", nn.ReLU()), ("c", nn.Linear(16, 4)));
        using torch.optim.Optimizer optimizer = optim.AdamW(model.parameters());
        Tensor x = rand(16, 8), target = randint(0, 4, 16);
        for (int i = 0; i < 1_000; i++) Step();
        (long tensors, long resident) = (Tensor.TotalCount, Resident());
        for (int i = 0; i < 10_000; i++)
        {
            Step();
            Assert.Equal(tensors, Tensor.TotalCount);
        }
        Assert.True(Resident() - resident < 32 << 20, $"resident memory grew by {(Resident() - resident) >> 20} MiB");

        void Step()
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.call(x), target).backward();
            optimizer.step();
        }
    });

    private static long Resident()
    {
        // What the managed heap has freed but keeps is no leak: an aggressive collection gives it back to the system first.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
    }
}
