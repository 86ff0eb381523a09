using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Losses;
using ITContrast.Synthesis;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>
/// InfoNCE with the negatives of every synthesis operator, forward and backward. The library reads their scores off products that the batch has;
/// the explicit way gathers, mixes and normalises vectors. Both draw from one generator, so that values can be compared.
/// </summary>
internal sealed class SynthesisRow : Row
{
    private const int Batch = 512, Width = 1024, Count = 16, Hardest = 32, Seed = 7;

    public override string Name => "synthesis";

    public override string Title => $"InfoNCE with all {Operators.Names.Count} synthesis operators, B = {Batch}, D = {Width:#,0}";

    public override int Rounds => 3;

    public override double Seconds => 2;

    public override IReadOnlyList<Contender> Contenders { get; } = [new("C#", Side.CSharp), new("Python, gathered", Side.Python)];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("algebraic ÷ gathered in Python", new("C#", "algebraic"), new("Python, gathered"), 0.3),
        new("algebraic ÷ InfoNCE alone", new("C#", "algebraic"), new("C#", "InfoNCE alone"), null),
    ];

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new RandomStream(1, "bench-synthesis").Generator();
        Tensor images = nn.functional.normalize(randn([Batch, Width], generator: generator)), noise = nn.functional.normalize(randn([Batch, Width], generator: generator));
        Safetensors.Save(file, new Dictionary<string, Tensor> { ["images"] = images, ["captions"] = nn.functional.normalize(images + noise), ["logits"] = zeros(4, Hardest / 4) });
    }

    public override IWork Work(string variant, string file) => new Step(file);

    private sealed class Step : IWork
    {
        private readonly Tensor images, captions, own = eye(Batch, dtype: ScalarType.Bool);
        private readonly HardNegativeLoss loss = new(new());
        private readonly NegativeSynthesizer synthesizer =
            new([.. Operators.Names.Select(name => Operators.Create(name, Count, Hardest, new()))], new() { Hardest = Hardest, WarmupEpochs = 0 });

        public Step(string file)
        {
            Dictionary<string, Tensor> tensors = Safetensors.Load(file);
            (images, captions) = (tensors["images"].requires_grad_(), tensors["captions"].requires_grad_());
        }

        public IReadOnlyList<Case> Cases =>
        [
            new("algebraic", () => Train(synthesizer)), new("InfoNCE alone", () => Train(null)),
        ];

        public IReadOnlyDictionary<string, Tensor> Results()
        {
            double value = Train(synthesizer);
            return new Dictionary<string, Tensor> { ["loss"] = tensor((float)value), ["images"] = images.grad!, ["captions"] = captions.grad! };
        }

        public void Dispose()
        {
            loss.Dispose();
            foreach (Tensor tensor in new[] { images, captions, own }) tensor.Dispose();
        }

        private double Train(NegativeSynthesizer? with)
        {
            using DisposeScope scope = NewDisposeScope();
            using Generator random = new(Seed);
            (images.grad, captions.grad) = (null, null);
            Scores scores = Scores.Of(images, captions, own);
            Tensor value = loss.Compute(scores, with?.Compute(scores, 0, random)?.Scores).Value;
            value.backward();
            return value.ToDouble();
        }
    }
}
