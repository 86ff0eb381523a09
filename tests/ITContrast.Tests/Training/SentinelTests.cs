using ITContrast.Data;
using ITContrast.Tests.Data;
using ITContrast.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Tests.Training;

/// <summary>Each alarm provoked, and what only resembles one left alone.</summary>
public class SentinelTests : TorchTest
{
    private static readonly TrainingOptions Long = new()
    {
        Epochs = 20,
        BatchSize = 8,
        CheckpointSteps = 1000,
        WarmUpSteps = 0,
        LearningRate = 1e-12,
        WeightDecay = 0,
    };

    // No image tells anything and no caption either: what is left is the biases, one embedding for all.
    private static void Flatten(ToyRun run)
    {
        using IDisposable guard = no_grad();
        foreach ((string name, Parameter parameter) in run.System.Module.named_parameters())
            if (name.Contains("weight", StringComparison.Ordinal)) parameter.zero_();
            else if (name.EndsWith("bias", StringComparison.Ordinal)) parameter.fill_(0.5f);
    }

    [Fact]
    public void A_collapsed_space_stops_the_run_after_fifty_steps_and_is_named()
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(Long);
        Flatten(run);
        long last = 0;
        string message = Assert.Throws<TrainingException>(() => run.Run(folder.Path, at => last = at.Step)).Message;
        Assert.Equal(49, last);
        Assert.Contains("collapsed", message);
        Assert.Contains("plateau", message);
        Assert.Contains("images", message);
    }

    // Every system states the plateau of its pair loss, whatever else it adds to it.
    [Theory]
    [
        InlineData("itcontrast"), InlineData("infonce"), InlineData("ncl"), InlineData("hcl"), InlineData("vse0"), InlineData("vse++"),
        InlineData("convse"), InlineData("convse++")
    ]
    [InlineData("siglip"), InlineData("hal"), InlineData("hal-global"), InlineData("coder"), InlineData("modality-invariant"), InlineData("distilled")]
    public void The_collapse_of_every_system_is_named(string system)
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(Long, recipe: new() { System = system, Method = new() { Synthesis = new() { Hardest = 4 } } });
        Flatten(run);
        Assert.Contains("collapsed", Assert.Throws<TrainingException>(() => run.Run(folder.Path)).Message);
    }

    [Fact]
    public void A_run_that_stands_still_without_having_collapsed_goes_on()
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(Long);
        Assert.Equal(60, run.Run(folder.Path));
    }

    [Fact]
    public void A_feature_that_is_no_number_names_its_image()
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(broken: 5);
        Assert.Contains("those of image 5", Assert.Throws<TrainingException>(() => run.Run(folder.Path)).Message);
    }

    [Fact]
    public void A_gradient_that_is_no_number_is_named_before_it_reaches_the_weights()
    {
        using Linear layer = nn.Linear(2, 2);
        layer.weight.grad = tensor(new[,] { { 1f, float.NaN }, { 0, 0 } });
        using PairBatch batch = ToyRun.OneBatch();
        string message = Assert.Throws<TrainingException>(() => Sentinel.CheckGradients(batch, layer, 12)).Message;
        Assert.Contains("Step 12", message);
        Assert.Contains("gradient of weight", message);
        layer.weight.grad!.Dispose();
    }
}
