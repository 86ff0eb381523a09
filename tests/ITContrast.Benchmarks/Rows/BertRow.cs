using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Encoders.Oscar;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>
/// A training step of OSCAR as matcher in BERT-base's shape: 12 layers of 768, 70 tokens and 50 regions, dropout 0.1, cross-entropy of two classes, AdamW.
/// All layers start from one layer's weights, so that the file stays small.
/// </summary>
internal sealed class BertRow : Row
{
    private const string Narrow = "bf16";
    private const int Batch = 32, Tokens = 70, Regions = 50;
    private static readonly string[] Compared =
    [
        "words.weight", "regions.weight", "layers.0.query.weight", "layers.5.intermediate.bias", "layers.11.output.weight", "matching.weight",
    ];

    public override string Name => "bert";

    public override string Title => $"BERT-base training step: B = {Batch}, {Tokens} tokens + {Regions} regions";

    public override int Rounds => 3;

    public override IReadOnlyList<Contender> Contenders { get; } =
    [
        new("C#", Side.CSharp), new("Python", Side.Python),
        // Eight bits of mantissa through twelve layers: gradients agree to a few percent.
        new("C# bf16", Side.CSharp, Narrow) { Tolerance = 0.2 }, new("Python bf16", Side.Python, Narrow) { Tolerance = 0.2 },
        new("C# recomputed", Side.CSharp, "recomputed") { Rounds = 1 },
    ];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("step, fp32 ÷ Python", new("C#"), new("Python"), 1),
        new("step, bf16 ÷ Python in fp32", new("C# bf16"), new("Python"), 0.5),
        new("step, bf16 ÷ Python in bf16", new("C# bf16"), new("Python bf16"), 1),
        new("peak memory ÷ Python's", new("C#"), new("Python"), 1, Measure.PeakRatio),
        new("peak memory with recomputed layers ÷ without", new("C# recomputed"), new("C#"), null, Measure.PeakRatio),
        new("time with recomputed layers ÷ without", new("C# recomputed"), new("C#"), null),
    ];

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new RandomStream(1, "bench-bert").Generator();
        using OscarModel model = new(new OscarConfig { Layers = 1 });
        BertInitialisation.Fill(model, model.Config.Hidden, 1);
        Dictionary<string, Tensor> tensors = model.state_dict();
        tensors["ids"] = randint(5, model.Config.VocabularySize, new Size(new long[] { Batch, Tokens }), dtype: int64, generator: generator);
        tensors["features"] = randn([Batch, Regions, model.Config.RegionWidth], generator: generator);
        tensors["targets"] = arange(Batch, int64).remainder(2);
        tensors["mask"] = cat([Members(Tokens, 20), Members(Regions, 10)], 1).to(int64);
        Safetensors.Save(file, tensors);
    }

    public override IWork Work(string variant, string file) => new Step(file, variant);

    // Lengths from `shortest` to all places, in turn.
    private static Tensor Members(int places, int shortest) =>
        arange(places, int64).unsqueeze(0) < (arange(Batch, int64) * (places - shortest) / (Batch - 1)).to(int64).unsqueeze(1) + shortest;

    private sealed class Step : IWork
    {
        private readonly OscarModel model = new(new OscarConfig());
        private readonly OscarMatcher matcher;
        private readonly DecoupledAdam optimizer;
        private readonly Tensor ids, segments, features, mask, targets;
        private readonly bool narrow;
        private long step;

        public Step(string file, string variant)
        {
            Dictionary<string, Tensor> tensors = Safetensors.Load(file);
            (ids, features, mask, targets, narrow) = (tensors["ids"], tensors["features"], tensors["mask"], tensors["targets"], variant == Narrow);
            using (no_grad())
                foreach ((string name, Parameter parameter) in model.named_parameters())
                    parameter.copy_(tensors[name.StartsWith("layers.", StringComparison.Ordinal) ? $"layers.0.{name.Split('.', 3)[2]}" : name]);
            (segments, matcher) = (zeros_like(ids), new(model));
            model.RecomputeLayers = variant == "recomputed";
            optimizer = new(model.named_parameters(), decay: 0.05);
        }

        public IReadOnlyList<Case> Cases => [new("step", Train)];

        public IReadOnlyDictionary<string, Tensor> Results()
        {
            model.eval();
            Dictionary<string, Tensor> found = new() { ["loss"] = Loss() };
            found["loss"].backward();
            foreach ((string name, Parameter parameter) in model.named_parameters().Where(p => Compared.Contains(p.name)))
                found["grad." + name] = parameter.grad!;
            return found;
        }

        public void Dispose()
        {
            optimizer.Dispose();
            model.Dispose();
        }

        private void Train()
        {
            using DisposeScope scope = NewDisposeScope();
            model.train();
            model.zero_grad();
            model.BeginStep(1, step++);
            Loss().backward();
            optimizer.Step(2e-5);
        }

        private Tensor Loss()
        {
            using Autocast? precision = narrow ? new() : null;
            return nn.functional.cross_entropy(matcher.Logits(ids, segments, features, mask).to(float32), targets);
        }
    }
}
