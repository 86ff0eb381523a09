using ITContrast.Tests.Data;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Tests.Training;

/// <summary>Early stop, averaged weights and rates by layer; each alone, and resumed.</summary>
public class TrainingStagesTests : TorchTest
{
    private static readonly TrainingOptions Toy = new() { Epochs = 7, BatchSize = 8, CheckpointSteps = 4, WarmUpSteps = 3, LearningRate = 0.01 };

    private static Func<double> Curve(params double[] values)
    {
        int epoch = 0;
        return () => values[epoch++];
    }

    [Fact]
    public void A_run_stops_when_val_stops_improving_and_keeps_its_best_epoch()
    {
        using TemporaryFolder stopped = new(), best = new();
        using (ToyRun run = new(Toy with { Patience = 2 }, rsum: Curve(1, 5, 5, 4, 9, 9, 9))) Assert.Equal(4 * 3, run.Run(stopped.Path));
        // The best epoch is the second, an equal one is no better; a run of the same schedule holds the same weights there.
        using (ToyRun run = new(Toy))
            Assert.Throws<OperationCanceledException>(() => run.Run(best.Path, at =>
            {
                if (at.Step == 7) throw new OperationCanceledException();
                if (at.Step == 6) Checkpoint.Save(best.At("second.safetensors"), run.System.Module, null, 6, new Dictionary<string, string>());
            }));
        using SafetensorsFile kept = SafetensorsFile.Open(new RunFolder(stopped.Path).BestPath), second = SafetensorsFile.Open(best.At("second.safetensors"));
        Assert.Equal("6", kept.Metadata["step"]);
        foreach (TensorView tensor in second.Tensors) Assert.True(tensor.Span<float>().SequenceEqual(kept[tensor.Name].Span<float>()), tensor.Name);
    }

    [Theory, InlineData(3), InlineData(5), InlineData(10)]
    public void A_run_with_patience_and_averages_resumes_to_the_same_bits(int killedAt)
    {
        TrainingOptions options = Toy with { Patience = 2, WeightAverage = 0.9 };
        double[] curve = [1, 5, 4, 3, 9, 9, 9];
        using TemporaryFolder whole = new(), killed = new();
        using (ToyRun run = new(options, rsum: Curve(curve))) Assert.Equal(4 * 3, run.Run(whole.Path));
        using (ToyRun run = new(options, rsum: Curve(curve)))
        using (TemporaryFolder working = new())
            Assert.Throws<OperationCanceledException>(() => run.Run(working.Path, at =>
            {
                if (at.Step != killedAt) return;
                foreach (string file in Directory.GetFiles(working.Path)) File.Copy(file, killed.At(Path.GetFileName(file)));
                throw new OperationCanceledException();
            }));
        int validated = !File.Exists(killed.At("checkpoint-last.safetensors"))
            ? 0
            : File.ReadLines(killed.At("metrics.jsonl"))
                .Count(line => line.Contains("validation", StringComparison.Ordinal) && !line.Contains("\"step\":12", StringComparison.Ordinal));
        using (ToyRun run = new(options, rsum: Curve(curve[validated..]))) run.Run(killed.Path);
        foreach (string name in new[] { "checkpoint-last.safetensors", "checkpoint-best.safetensors", "metrics.jsonl" })
            Assert.True(File.ReadAllBytes(whole.At(name)).AsSpan().SequenceEqual(File.ReadAllBytes(killed.At(name))), name);
    }

    // The average in doubles, beside the optimiser's own steps.
    [Fact]
    public void The_average_follows_its_formula_and_steps_aside_bit_for_bit()
    {
        using Parameter weight = new(tensor(new[] { 1.0, -2 }));
        using WeightAverage average = new([("w", weight)], 0.6);
        double[] expected = [1, -2];
        for (int t = 0; t < 12; t++)
        {
            double[] now = [t * 0.5, Math.Sin(t)];
            using (no_grad()) weight.copy_(tensor(now));
            average.Update(t);
            double kept = Math.Min(0.6, (1.0 + t) / (10 + t));
            for (int i = 0; i < 2; i++) expected[i] = kept * expected[i] + (1 - kept) * now[i];
        }
        double[] before = weight.detach().data<double>().ToArray();
        using (average.Use())
        {
            double[] used = weight.detach().data<double>().ToArray();
            for (int i = 0; i < 2; i++) Assert.Equal(expected[i], used[i], 12);
        }
        Assert.Equal(before, weight.detach().data<double>().ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage([("w", weight)], 1));
    }

    [Fact]
    public void Rates_are_by_layer_the_longest_prefix_counts_and_a_misspelt_one_is_refused()
    {
        string[] names = ["encoder.image.weight", "encoder.image.bias", "encoder.images.weight", "loss.log_scale"];
        Assert.Equal(
            [0.5, 0, 0.1, 1],
            LayerRates.Of(
                names,
                new Dictionary<string, double>
                {
                    ["encoder"] = 0.1,
                    ["encoder.image"] = 0.5,
                    ["encoder.image.bias"] = 0,
                }));
        Assert.Contains(
            "\"encoders\"",
            Assert.Throws<ArgumentException>(() => LayerRates.Of(names, new Dictionary<string, double> { ["encoders"] = 0.1 })).Message);
        using Parameter slow = new(tensor(new[] { 1.0 })), still = new(tensor(new[] { 1.0 }));
        using DecoupledAdam adam = new([("slow", slow), ("still", still)], 0, layerRates: new Dictionary<string, double> { ["still"] = 0, ["slow"] = 0.5 });
        (slow.grad, still.grad) = (tensor(new[] { 3.0 }), tensor(new[] { 3.0 }));
        adam.Step(0.1);
        // The first step of Adam is η·sign(g).
        Assert.Equal(1 - 0.05, slow.item<double>(), 6);
        Assert.Equal(1, still.item<double>());
        slow.grad!.Dispose();
        still.grad!.Dispose();
    }

    [Fact]
    public void Options_that_are_left_out_are_not_part_of_a_runs_identity()
    {
        string json = new ITContrast.Experiments.RunConfig().ToJson().ToJsonString();
        Assert.DoesNotContain("Patience", json);
        Assert.DoesNotContain("WeightAverage", json);
        Assert.DoesNotContain("LayerRates", json);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ToyRun(Toy with { Patience = 0 }));
    }
}
