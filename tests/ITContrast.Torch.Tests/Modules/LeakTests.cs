using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Modules;

public sealed class LeakTests
{
    [Fact]
    public void Ten_thousand_steps_leave_the_live_count_and_the_resident_memory_flat() => Live.Balanced(() =>
    {
        using var model = nn.Sequential(nn.Linear(8, 16), nn.GELU(), new StreamedDropout(0.1), nn.LayerNorm(16), nn.Linear(16, 4)).Initialise(1);
        using var optimizer = optim.AdamW(model.parameters(), 1e-3, weight_decay: 0.01);
        var schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, 10_000);
        var x = randn(4, 8);
        var target = tensor(new long[] { 0, 1, 2, 3 });
        long live = 0, resident = 0;
        for (var step = 0; step < 10_000; step++)
        {
            using (NewDisposeScope())
            {
                model.BeginStep(1, step);
                optimizer.zero_grad();
                nn.functional.cross_entropy(model.call(x), target).backward();
                nn.utils.clip_grad_norm_(model.parameters(), 1);
                optimizer.step();
                schedule.step();
            }
            if (step == 1_000) (live, resident) = (Tensor.TotalCount, Resident());
            // Fewer are allowed: garbage of an earlier test may be collected meanwhile.
            else if (step > 1_000) Assert.InRange(Tensor.TotalCount, 0, live);
        }
        // 9,000 steps that each lost one small tensor would take some 5 MB in handles and payload alone, and the count would show it; a graph more.
        Assert.InRange(Resident() - resident, long.MinValue, 24L << 20);
    });

    private static long Resident()
    {
        // What the managed heap has freed but keeps is no leak: an aggressive collection gives it back to the system first.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        var status = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal))
            : "VmRSS: 0 kB";
        return long.Parse(status.Split(':')[1].Replace("kB", "").Trim()) * 1024;
    }
}
