using ITContrast.Encoders;
using ITContrast.Tests.Data;
using ITContrast.Torch;
using ITContrast.Training;
using ITContrast.Training.Parallel;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Tests.Training.Parallel;

/// <summary>n processes with batches of B compute what one process computes with a batch of n·B: loss, gradients, queues, and whole runs.</summary>
public sealed class ParallelTrainingTests : TorchTest
{
    private sealed record Steps(double[] Losses, Dictionary<string, float[]> First, Dictionary<string, float[]> Last, Dictionary<string, float[]> Buffers);

    private static void NeedGloo() =>
        Assert.SkipUnless(
            ProcessGroup.IsAvailable,
            "no process groups: TorchSharp's packages have none, and the shim of another libtorch needs Gloo (Debian: libgloo-dev)");

    // Three steps, so that queues are filled, read and pushed out.
    private static Steps Three(ParallelToy toy, Peers? peers)
    {
        using var scope = NewDisposeScope();
        using DecoupledAdam optimizer = new(toy.System.Module.named_parameters(), 0.05);
        if (peers is not null) peers.Share(toy.System.Module, optimizer, 0);
        using var gradients = peers?.Watch(toy.System.Module);
        List<double> losses = [];
        Dictionary<string, float[]> Gradients() =>
            toy.System.Module.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => Values(p.parameter.grad!));
        Dictionary<string, float[]> first = [], last = [];
        for (var step = 0; step < 3; step++)
        {
            // Images 3 and 4 come twice on different ranks, and concepts cross ranks: masks must, too.
            int[] rows = [6, 8, 10, 12, 7, 9, 2 * step + 20, 22];
            using var batch = toy.Collator.Collate(rows, step);
            toy.System.Module.BeginStep(7, step);
            toy.System.Module.zero_grad();
            var result = toy.System.Loss(batch, new(7, step, 1, 10));
            losses.Add(result.Value.ToDouble());
            result.Value.backward();
            gradients?.Finish();
            last = Gradients();
            if (step == 0) first = last;
            optimizer.Step(0.01);
            toy.System.AfterStep(batch, new(7, step, 1, 10));
        }
        return new([.. losses], first, last, toy.System.Module.named_buffers().ToDictionary(b => b.name, b => Values(b.buffer)));
    }

    [Theory]
    [InlineData("light", 0.3)]
    [InlineData("light", 0.0)]
    [InlineData("itcontrast", 0.3)]
    [InlineData("coder", 0.3)]
    [InlineData("vse++", 0.3)]
    public void Two_ranks_compute_the_loss_and_gradients_of_one_process_with_the_whole_batch(string system, double dropout)
    {
        NeedGloo();
        // Without dropout the encoder itself is the oracle; with it, one process that draws as the parts do.
        Steps whole;
        using (ParallelToy toy = new(system, dropout == 0 ? null : 2, null, dropout)) whole = Three(toy, null);
        var ranks = ParallelToy.Ranks(2, peers =>
        {
            using ParallelToy toy = new(system, 2, peers, dropout);
            return Three(toy, peers);
        });
        foreach (var rank in ranks)
        {
            for (var step = 0; step < 3; step++) Assert.Equal(whole.Losses[step], rank.Losses[step], 1e-4 * Math.Abs(whole.Losses[step]));
            Close(whole.First, rank.First, 2e-5);
            // The optimiser's first steps divide gradients by their own size, which enlarges rounding.
            Close(whole.Last, rank.Last, 5e-3);
            Close(whole.Buffers, rank.Buffers, 5e-3);
        }
        // Queues and all other state are the same bits on every rank.
        foreach (var (name, values) in ranks[0].Buffers) Assert.Equal(values, ranks[1].Buffers[name]);
    }

    [Fact]
    public void Parts_draw_masks_of_their_own_and_one_part_draws_as_the_plain_encoder()
    {
        double[] Losses(int? parts)
        {
            using ParallelToy toy = new("light", parts);
            return Three(toy, null).Losses;
        }
        Assert.Equal(Losses(null), Losses(1));
        Assert.NotEqual(Losses(1), Losses(2));
    }

    [Fact]
    public void A_run_begun_by_two_ranks_goes_on_with_one_and_ends_as_that_of_one()
    {
        NeedGloo();
        using TemporaryFolder alone = new(), shared = new();
        using (ParallelToy toy = new("light", 2)) Trainer(toy, null).Run(new(alone.Path), cancellation: TestContext.Current.CancellationToken);
        ParallelToy.Ranks(2, peers =>
        {
            using CancellationTokenSource stop = new();
            using ParallelToy toy = new("light", 2, peers);
            // Only one rank is told to stop; both do, after the same step.
            StepProgress progress = new(at =>
            {
                if (peers.Rank == 1 && at.Step == 5) stop.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() => Trainer(toy, peers).Run(new(shared.Path), progress, stop.Token));
            return 0;
        });
        RunFolder folder = new(shared.Path);
        using (var file = SafetensorsFile.Open(folder.CheckpointPath, verify: true)) Assert.Equal("5", file.Metadata["step"]);
        using (ParallelToy toy = new("light", 2)) Assert.Equal(12, Trainer(toy, null).Run(folder, cancellation: TestContext.Current.CancellationToken));
        double[] Losses(string path) =>
            [
                .. File.ReadLines(Path.Combine(path, "metrics.jsonl"))
                    .Select(line => (double?)global::System.Text.Json.Nodes.JsonNode.Parse(line)!["loss"])
                    .OfType<double>(),
            ];
        var (expected, found) = (Losses(alone.Path), Losses(shared.Path));
        Assert.Equal(12, expected.Length);
        Assert.Equal(12, found.Length);
        Assert.True(expected.Zip(found).All(pair => Math.Abs(pair.First - pair.Second) < 1e-3), $"{string.Join(" ", expected)}\n{string.Join(" ", found)}");
    }

    private static Trainer Trainer(ParallelToy toy, Peers? peers) =>
        new(
            toy.System,
            toy.Collator,
            toy.Dataset.Split("train"),
            new()
            {
                Epochs = 4,
                BatchSize = 8,
                Parts = 2,
                CheckpointSteps = 100,
                LearningRate = 0.01,
            },
            7)
        {
            Peers = peers,
        };

    [Fact]
    public void What_cannot_be_shared_is_refused()
    {
        NormalisedEncoder normalised = new();
        Assert.Contains("norm normalises by its batch", Assert.Throws<ArgumentException>(() => new PartedEncoder(normalised, 2)).Message);
        Assert.Equal(3, new PartedEncoder(normalised, 1).Dimension);
        Assert.Throws<ArgumentException>(() => new TrainingOptions { BatchSize = 9, Parts = 2 }.Validated());
        NeedGloo();
        var messages = ParallelToy.Ranks(2, peers =>
        {
            using NormalisedEncoder encoder = new();
            return Assert.Throws<ArgumentException>(() => new PartedEncoder(encoder, 3, peers)).Message;
        });
        Assert.All(messages, message => Assert.Contains("3 parts do not divide among 2", message));
        normalised.Dispose();
    }

    private sealed class NormalisedEncoder : nn.Module, IPairEncoder
    {
        private readonly BatchNorm1d norm = nn.BatchNorm1d(3);

        public NormalisedEncoder() : base(nameof(NormalisedEncoder)) => RegisterComponents();

        public int Dimension => 3;
        public nn.Module Module => this;
        public Tensor Images(ITContrast.Data.ImageBatch batch) => norm.call(batch.Values);
        public Tensor Captions(ITContrast.Data.CaptionBatch batch) => norm.call(batch.Tokens.to(ScalarType.Float32));
    }

    private static float[] Values(Tensor tensor)
    {
        using var plain = tensor.detach().to(ScalarType.Float32).contiguous();
        return plain.data<float>().ToArray();
    }

    private static void Close(Dictionary<string, float[]> expected, Dictionary<string, float[]> found, double tolerance)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        foreach (var (name, values) in expected)
        {
            var scale = Math.Max(1e-3, values.Select(v => (double)Math.Abs(v)).DefaultIfEmpty(0).Max());
            for (var i = 0; i < values.Length; i++)
                Assert.True(
                    Math.Abs(values[i] - found[name][i]) <= tolerance * scale, $"{name}[{i}]: expected {values[i]}, found {found[name][i]}, largest {scale}");
        }
    }
}
