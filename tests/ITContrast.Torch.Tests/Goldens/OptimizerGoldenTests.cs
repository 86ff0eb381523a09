using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Goldens;

/// <summary>Fifty steps of every optimiser and thirty epochs of every schedule against PyTorch.</summary>
public sealed partial class OptimizerGoldenTests
{
    private static readonly Dictionary<string, Func<IEnumerable<Parameter>, optim.Optimizer>> Optimizers = new()
    {
        ["sgd"] = p => optim.SGD(p, 0.1),
        ["sgd_momentum"] = p => optim.SGD(p, 0.05, momentum: 0.9, dampening: 0.1, weight_decay: 0.01),
        ["sgd_nesterov"] = p => optim.SGD(p, 0.05, momentum: 0.9, nesterov: true),
        ["adam"] = p => optim.Adam(p, 0.01, weight_decay: 0.02),
        ["adam_amsgrad"] = p => optim.Adam(p, 0.05, 0.8, 0.95, 1e-6, amsgrad: true),
        ["adamw"] = p => optim.AdamW(p, 0.01, weight_decay: 0.1),
        ["adamw_amsgrad"] = p => optim.AdamW(p, 0.05, amsgrad: true),
    };

    private static readonly Dictionary<string, Func<optim.Optimizer, optim.lr_scheduler.LRScheduler>> Schedules = new()
    {
        ["step"] = o => optim.lr_scheduler.StepLR(o, 4, 0.5),
        ["exponential"] = o => optim.lr_scheduler.ExponentialLR(o, 0.9),
        ["lambda"] = o => optim.lr_scheduler.LambdaLR(o, e => 1.0 / (1 + e)),
        ["multiplicative"] = o => optim.lr_scheduler.MultiplicativeLR(o, e => e % 2 != 0 ? 0.95 : 1.01),
        ["cosine"] = o => optim.lr_scheduler.CosineAnnealingLR(o, 10, 0.001),
        ["linear"] = o => optim.lr_scheduler.LinearLR(o, 0.25, 0.9, 6),
        ["constant"] = o => optim.lr_scheduler.ConstantLR(o, 0.5, 4),
        ["polynomial"] = o => optim.lr_scheduler.PolynomialLR(o, 12, 2),
        ["one_cycle_three"] = o => optim.lr_scheduler.OneCycleLR(
            o, 0.5, epochs: 8, steps_per_epoch: 4, anneal_strategy: optim.lr_scheduler.impl.OneCycleLR.AnnealStrategy.Linear, three_phase: true),
        ["plateau"] = o => optim.lr_scheduler.ReduceLROnPlateau(o, factor: 0.5, patience: 2, cooldown: 1, min_lr: [0.01]),
        ["sequential"] = o => optim.lr_scheduler.SequentialLR(
            o, [optim.lr_scheduler.LinearLR(o, 0.1, 1, 5), optim.lr_scheduler.CosineAnnealingLR(o, 20)], [5]),
        ["chained"] = o => optim.lr_scheduler.ChainedLR([optim.lr_scheduler.ConstantLR(o, 0.1, 2), optim.lr_scheduler.ExponentialLR(o, 0.9)]),
    };

    static OptimizerGoldenTests() => AddOwn(Schedules);

    public static TheoryData<string> OptimizerNames => [.. Optimizers.Keys];

    public static TheoryData<string> ScheduleNames => [.. Schedules.Keys];

    [Theory, MemberData(nameof(OptimizerNames))]
    public void Fifty_steps_end_where_PyTorch_ends(string name) => Live.Balanced(() =>
    {
        var golden = new Golden(name);
        using var model = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2));
        model.load_state_dict(golden.State);
        using var optimizer = Optimizers[name](model.parameters());
        var (x, y) = (golden.Inputs[0], golden.Inputs[1]);
        for (var step = 0; step < 50; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.mse_loss(model.call(x), y).backward();
            if (step % 5 == 1) model.get_parameter("0.bias")!.grad = null;
            nn.utils.clip_grad_norm_(model.parameters(), 0.5);
            optimizer.step();
        }
        foreach (var (key, value) in golden.After) Live.Close(value, model.get_parameter(key)!, 1e-6, $"{name} {key}");
    });

    [Theory, MemberData(nameof(ScheduleNames))]
    public void Thirty_epochs_have_the_rates_that_PyTorch_has(string name) => Live.Balanced(() =>
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Golden.Fixture("nn_schedules.json")));
        var expected = json.RootElement.GetProperty("schedules").GetProperty(name);
        using var first = new Parameter(zeros(1));
        using var second = new Parameter(zeros(1));
        var groups = new SGD.ParamGroup[] { new([first], 0.1, 0.9), new([second], 0.3, 0.9) };
        using var optimizer = optim.SGD(groups, 0.1);
        var schedule = Schedules[name](optimizer);
        for (var epoch = 0; epoch < 30; epoch++)
        {
            Assert.Equal(expected.GetProperty("rates")[epoch].EnumerateArray().Select(r => r.GetDouble()), groups.Select(g => g.LearningRate), Near);
            Assert.Equal(expected.GetProperty("momenta")[epoch].GetDouble(), groups[0].Momentum, Near);
            optimizer.step();
            if (name == "plateau") schedule.step(json.RootElement.GetProperty("metric")[epoch].GetDouble());
            else schedule.step();
        }
    });

    static partial void AddOwn(Dictionary<string, Func<optim.Optimizer, optim.lr_scheduler.LRScheduler>> schedules);

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) <= 1e-12 * Math.Max(1e-3, Math.Abs(expected));
}
