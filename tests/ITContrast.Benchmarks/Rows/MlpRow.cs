using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace ITContrast.Benchmarks.Rows;

/// <summary>A training step so small that only the way into libtorch counts: two MLP towers, symmetric InfoNCE, AdamW.</summary>
internal sealed class MlpRow : Row
{
    private const long Batch = 32, Width = 64;

    public override string Name => "mlp";

    public override string Title => $"dispatch-bound step: MLP towers, B = {Batch}, D = {Width}";

    public override IReadOnlyList<Contender> Contenders { get; } = [new("C#", Side.CSharp), new("Python", Side.Python), new("C++", Side.Cpp)];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("step ÷ Python", new("C#"), new("Python"), 0.8),
        new("step ÷ the same operators from C++", new("C#"), new("C++"), 1.25),
        new("managed bytes a step", new("C#"), null, null, Measure.AllocatedBytes),
    ];

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new RandomStream(1, "bench-mlp").Generator();
        using Towers towers = new();
        towers.Initialise(1);
        Dictionary<string, Tensor> tensors = towers.state_dict();
        tensors["images"] = randn([Batch, Width], generator: generator);
        tensors["captions"] = randn([Batch, Width], generator: generator);
        Safetensors.Save(file, tensors);
    }

    public override IWork Work(string variant, string file) => new Step(file);

    private sealed class Towers : nn.Module
    {
        private readonly ModuleDict<Tower> towers;

        public Towers() : base(nameof(Towers))
        {
            towers = nn.ModuleDict(("image", new Tower()), ("caption", new Tower()));
            register_module("image", Image = towers["image"]);
            register_module("caption", Caption = towers["caption"]);
        }

        public Tower Image { get; }

        public Tower Caption { get; }
    }

    private sealed class Tower : nn.Module<Tensor, Tensor>
    {
        private readonly Linear hidden = nn.Linear(Width, Width), output = nn.Linear(Width, Width);

        public Tower() : base(nameof(Tower)) => RegisterComponents();

        public override Tensor forward(Tensor x) => normalize(output.call(relu(hidden.call(x))));
    }

    private sealed class Step : IWork
    {
        private readonly Towers towers = new();
        private readonly Tensor images, captions, targets = arange(Batch, int64);
        private readonly optim.Optimizer optimizer;

        public Step(string file)
        {
            Dictionary<string, Tensor> tensors = Safetensors.Load(file);
            (images, captions) = (tensors["images"], tensors["captions"]);
            using (no_grad())
                foreach ((string name, Parameter parameter) in towers.named_parameters()) parameter.copy_(tensors[name]);
            optimizer = optim.AdamW(towers.parameters(), 1e-3, weight_decay: 0.01);
        }

        public IReadOnlyList<Case> Cases => [new("step", Train)];

        public IReadOnlyDictionary<string, Tensor> Results()
        {
            Dictionary<string, Tensor> found = new() { ["loss"] = Forward() };
            found["loss"].backward();
            optimizer.step();
            foreach ((string name, Parameter parameter) in towers.named_parameters())
                (found["grad." + name], found["new." + name]) = (parameter.grad!, parameter);
            return found;
        }

        public void Dispose() => towers.Dispose();

        private void Train()
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            Forward().backward();
            optimizer.step();
        }

        private Tensor Forward()
        {
            Tensor logits = towers.Image.call(images).matmul(towers.Caption.call(captions).transpose(0, 1)) * 14.0;
            return (cross_entropy(logits, targets) + cross_entropy(logits.transpose(0, 1), targets)) / 2;
        }
    }
}
