using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Experiments;
using ITContrast.Losses;
using ITContrast.Systems;
using ITContrast.Text;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>A training step of the first system on a batch of the embedded dataset. Values are compared without dropout, timed with it.</summary>
internal sealed class LightRow : Row
{
    private const int Batch = 256;

    public override string Name => "light";

    public override string Title => $"training step of the light system, B = {Batch}";

    public override bool OnDevice => true;

    public override IReadOnlyList<Contender> Contenders { get; } =
    [
        new("C#", Side.CSharp), new("Python", Side.Python),
        new("C# bf16", Side.CSharp, "bf16") { Tolerance = 0.1 },
        new("C#, as installed", Side.CSharp) { AsInstalled = true, Rounds = 2 }, new("Python, as installed", Side.Python) { AsInstalled = true, Rounds = 2 },
    ];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("step ÷ Python", new("C#"), new("Python"), 0.95),
        new("step in bf16 ÷ Python in fp32", new("C# bf16"), new("Python"), 0.6),
        new("step ÷ Python, each as installed", new("C#, as installed"), new("Python, as installed"), null),
        new("peak memory ÷ Python", new("C#"), new("Python"), 1, Measure.PeakRatio),
        new("managed bytes a step", new("C#"), null, null, Measure.AllocatedBytes),
    ];

    public override void Prepare(string file)
    {
        RunConfig config = Config(false);
        using PairDataset dataset = LightRun.OpenData(config);
        ITokenizer vocabulary = LightRun.Vocabulary(config, dataset);
        using IMatchingSystem system = LightRun.NewSystem(config, dataset, vocabulary);
        PairSplit train = dataset.Split("train");
        using PairBatch batch = new PairCollator(dataset, vocabulary).Collate([.. train.CaptionRows.Where((_, i) => i % 5 == 0).Take(Batch)], training: false);
        Dictionary<string, Tensor> tensors = system.Module.state_dict();
        tensors["regions"] = batch.Images.Values;
        tensors["tokens"] = batch.Captions.Tokens;
        tensors["lengths"] = batch.Captions.Lengths;
        tensors["groups"] = tensor(batch.Groups);
        Safetensors.Save(file, tensors);
    }

    public override IWork Work(string variant, string file) => new Step(file, variant == "bf16");

    private static RunConfig Config(bool dropout) => new()
    {
        WordNet = false, Backbone = dropout ? new() : new() { ImageDropout = 0, HiddenDropout = 0, WordDropout = 0 },
    };

    private sealed class Step(string file, bool half) : IWork
    {
        private readonly Dictionary<string, Tensor> tensors = Safetensors.Load(file);
        private LightSystem? system;
        private DecoupledAdam? optimizer;
        private PairBatch? batch;
        private long steps;

        public IReadOnlyList<Case> Cases
        {
            get
            {
                Begin(true);
                return [new("step", () => Train())];
            }
        }

        public IReadOnlyDictionary<string, Tensor> Results()
        {
            Begin(false);
            Dictionary<string, Tensor> found = new() { ["loss"] = tensor((float)Train()) };
            foreach ((string name, Parameter parameter) in system!.Module.named_parameters())
                if (parameter.grad is { } gradient) found["grad." + name] = gradient;
            return found;
        }

        public void Dispose()
        {
            optimizer?.Dispose();
            batch?.Dispose();
            system?.Dispose();
        }

        private void Begin(bool dropout)
        {
            RunConfig config = Config(dropout);
            system = new LightSystem(
                new LightBackbone((int)tensors["backbone.captions.words.weight"].shape[0], config.Backbone), config.Temperature, config.Loss);
            system.Module.load_state_dict(tensors.Where(t => t.Key.Contains('.')).ToDictionary());
            system.Module.to(BenchDevice.Current);
        system.Module.train();
            optimizer = new(system.Module.named_parameters(), config.Training.WeightDecay);
            long[] groups = tensors["groups"].data<long>().ToArray(), ids = [.. groups.Select((_, i) => (long)i)];
            long[] lengths = tensors["lengths"].data<long>().ToArray(), tokens = tensors["tokens"].data<long>().ToArray();
            int width = tokens.Length / lengths.Length;
            CaptionBatch captions = CaptionBatch
                .From([.. lengths.Select((n, i) => tokens.Skip(i * width).Take((int)n).Select(t => (int)t).ToArray())])
                .To(BenchDevice.Current);
            batch = new(
                ImageBatch.Own(ImageKind.Regions, tensors["regions"].clone()).To(BenchDevice.Current),
                captions,
                [.. ids.Select(i => (int)i)],
                ids,
                groups,
                ids);
        }

        private double Train()
        {
            using DisposeScope scope = NewDisposeScope();
            system!.Module.BeginStep(1, steps);
            system.Module.zero_grad();
            LossResult result;
            using (half ? new Autocast(BenchDevice.Current.type) : null) result = system.Loss(batch!, new(1, steps, 0, 1));
            result.Value.backward();
            optimizer!.Step(1e-3);
            steps++;
            return result.Value.ToDouble();
        }
    }
}
