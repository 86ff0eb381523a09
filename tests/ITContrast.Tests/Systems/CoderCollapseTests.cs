using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Systems;
using ITContrast.Systems.Coder;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

/// <summary>The alarm of pseudo labels that all fall into one cluster.</summary>
public class CoderCollapseTests : TorchTest
{
    private static long StepsUntilAlarm(Func<IPairEncoder> encoder, CoderOptions options, out string message)
    {
        var graph = ConceptGraph.FromCaptions([["a", "b"], ["a", "c"], ["b", "c"]], 3, new HashSet<string>());
        using var system = new CoderSystem(encoder, (graph, Plane.Random(3, 5, 3).to(ScalarType.Float32)), 5, options);
        system.Module.Initialise(3);
        message = "";
        for (var step = 0; step < 60; step++)
        {
            using var scope = NewDisposeScope();
            using var batch = ToyPairs.Batch(6, step + 1);
            try
            {
                system.Loss(batch, new(7, step, 0, 100));
            }
            catch (TrainingException alarm)
            {
                message = alarm.Message;
                return step;
            }
            system.AfterStep(batch, new(7, step, 0, 100));
        }
        return -1;
    }

    [Fact]
    public void Pseudo_labels_that_collapse_for_fifty_steps_stop_the_run()
    {
        Assert.Equal(
            49,
            StepsUntilAlarm(
                () => new OnePoint(),
                new()
                {
                    QueueLength = 10,
                    Clusters = 4,
                    Assignment = ClusterAssignment.KMeans,
                },
                out var message));
        Assert.Contains("Step 49: the pseudo clusters have collapsed", message);
        Assert.Contains("1.00 of 4 labels", message);
    }

    [Fact]
    public void Labels_in_use_and_labels_that_are_not_learned_raise_no_alarm()
    {
        Assert.Equal(-1, StepsUntilAlarm(() => new ToyEncoder(), new() { QueueLength = 10, Clusters = 4 }, out _));
        Assert.Equal(
            -1,
            StepsUntilAlarm(
                () => new OnePoint(),
                new()
                {
                    QueueLength = 10,
                    Clusters = 4,
                    ClusterWeight = 0,
                    Assignment = ClusterAssignment.KMeans,
                },
                out _));
    }

    // Two labels in equal use are e^H = 2; of 100 labels, that is a usage of ln 2 / ln 100 = 0.15, and still no collapse.
    [Theory, InlineData(0.15, 100, false), InlineData(0.05, 100, true), InlineData(0.5, 2, true), InlineData(0.7, 2, false)]
    public void What_counts_is_the_number_of_labels_in_effective_use(double usage, int clusters, bool alarms)
    {
        ClusterWatch watch = new();
        for (var step = 0; step < ClusterWatch.Steps - 1; step++) watch.Observe(usage, clusters, step);
        if (alarms) Assert.Throws<TrainingException>(() => watch.Observe(usage, clusters, 49));
        else watch.Observe(usage, clusters, 49);
    }

    [Fact]
    public void One_good_step_begins_the_count_anew()
    {
        ClusterWatch watch = new();
        for (var round = 0; round < 3; round++)
        {
            for (var step = 0; step < ClusterWatch.Steps - 1; step++) watch.Observe(0, 4, step);
            watch.Observe(1, 4, 49);
        }
        for (var step = 0; step < ClusterWatch.Steps - 1; step++) watch.Observe(0, 4, step);
        Assert.Throws<TrainingException>(() => watch.Observe(0, 4, 49));
    }

    // Everything at one point, as in a collapsed space.
    private sealed class OnePoint : nn.Module, IPairEncoder
    {
        private readonly Parameter point = new(ones(ToyPairs.Dimension));

        public OnePoint() : base(nameof(OnePoint)) => RegisterComponents();

        public int Dimension => ToyPairs.Dimension;
        public nn.Module Module => this;
        public Tensor Images(ImageBatch batch) => nn.functional.normalize(point.unsqueeze(0).expand(batch.Values.shape[0], -1));
        public Tensor Captions(CaptionBatch batch) => nn.functional.normalize(point.unsqueeze(0).expand(batch.Tokens.shape[0], -1));
    }
}
