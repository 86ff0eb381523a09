using ITContrast.Torch.Tests.Files;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Optim;

public sealed partial class OptimizerStateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private string Path => folder.File("state.safetensors");

    public void Dispose() => folder.Dispose();

    [Theory, InlineData("adamw"), InlineData("amsgrad"), InlineData("sgd")]
    public void A_run_that_is_saved_and_resumed_ends_on_the_same_bits(string kind) => Live.Balanced(() =>
    {
        using var whole = Start();
        using var wholeOptimizer = Make(kind, whole);
        Steps(whole, wholeOptimizer, 0, 12);

        using var part = Start();
        using (var optimizer = Make(kind, part))
        {
            Steps(part, optimizer, 0, 7);
            optimizer.ParamGroups.First().LearningRate *= 0.5;
            optimizer.ParamGroups.First().LearningRate *= 2;
            optimizer.save_state_dict(Path);
        }
        using var resumed = Make(kind, part);
        resumed.ParamGroups.First().LearningRate = 123;
        resumed.load_state_dict(Path);
        Assert.Equal(0.02, resumed.ParamGroups.First().LearningRate);
        Steps(part, resumed, 7, 12);
        foreach (var (expected, actual) in whole.parameters().Zip(part.parameters())) Live.SameBits(expected, actual);
    });

    [Theory, InlineData("adamw"), InlineData("sgd")]
    public void Options_that_say_how_a_step_is_made_are_saved_too(string kind) => Live.Balanced(() =>
    {
        using var whole = Start();
        using OptimizerHelper first = kind == "sgd"
            ? optim.SGD(whole.parameters(), 0.02, momentum: 0.9, nesterov: true, maximize: true)
            : optim.AdamW(whole.parameters(), 0.02, amsgrad: true, maximize: true);
        Steps(whole, first, 0, 3);
        first.save_state_dict(Path);
        using var copy = Start();
        copy.load_state_dict(whole.state_dict());
        using OptimizerHelper second = kind == "sgd" ? optim.SGD(copy.parameters(), 1) : optim.AdamW(copy.parameters());
        second.load_state_dict(Path);
        Steps(whole, first, 3, 9);
        Steps(copy, second, 3, 9);
        foreach (var (expected, actual) in whole.parameters().Zip(copy.parameters())) Live.SameBits(expected, actual);
    });

    private static Sequential Start() => nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).Initialise(11);

    private static OptimizerHelper Make(string kind, nn.Module model) => kind switch
    {
        "sgd" => optim.SGD(model.parameters(), 0.02, momentum: 0.9),
        "amsgrad" => optim.AdamW(model.parameters(), 0.02, amsgrad: true),
        _ => optim.AdamW(model.parameters(), 0.02, weight_decay: 0.1),
    };

    private static void Steps(Sequential model, optim.Optimizer optimizer, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator((ulong)step);
            optimizer.zero_grad();
            model.call(randn(5, 3, generator: generator)).pow(2).sum().backward();
            optimizer.step();
        }
    }
}
