using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Goldens;

public sealed partial class OptimizerGoldenTests
{
    // Where TorchSharp 0.107 differs from PyTorch: a milestone named twice, and the rates or momenta of a cycle.
    static partial void AddOwn(Dictionary<string, Func<optim.Optimizer, optim.lr_scheduler.LRScheduler>> schedules)
    {
        schedules["multi_step"] = o => optim.lr_scheduler.MultiStepLR(o, [3, 7, 7, 15], 0.3);
        schedules["one_cycle"] = o => optim.lr_scheduler.OneCycleLR(o, 0.5, 31);
        schedules["cyclic"] = o => optim.lr_scheduler.CyclicLR(o, 0.01, 0.2, 5, 3, optim.lr_scheduler.impl.CyclicLR.Mode.Triangular2);
        schedules["cyclic_range"] = o => optim.lr_scheduler.CyclicLR(o, 0.01, 0.2, 5, mode: optim.lr_scheduler.impl.CyclicLR.Mode.ExpRange, gamma: 0.97);
    }
}
