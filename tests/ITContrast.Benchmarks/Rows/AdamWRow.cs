using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>One AdamW step over the parameters of a BERT-base: 120 million numbers in 200 tensors, gradients at hand.</summary>
internal sealed class AdamWRow : Row
{
    private const int Layers = 12, Width = 768, Words = 46_000;

    public override string Name => "adamw";

    public override string Title => "AdamW on 120 million parameters";

    public override int Rounds => 3;

    public override double Seconds => 2;

    public override IReadOnlyList<Contender> Contenders { get; } = [new("C#", Side.CSharp), new("Python foreach", Side.Python)];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("step ÷ Python foreach", new("C#"), new("Python foreach"), 1),
        new("peak memory ÷ Python", new("C#"), new("Python foreach"), 1, Measure.PeakRatio),
    ];

    // Every contender makes its own numbers from these: a file of all of them would hold a gigabyte.
    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new RandomStream(1, "bench-adamw").Generator();
        long[] sizes = [Words * Width, .. Enumerable.Range(0, Layers).SelectMany(_ => Layer())];
        Safetensors.Save(file, new Dictionary<string, Tensor>
        {
            ["sizes"] = tensor(sizes), ["values"] = randn([4096], generator: generator), ["gradients"] = randn([4096], generator: generator),
        });
    }

    private static IEnumerable<long> Layer()
    {
        for (int i = 0; i < 4; i++) foreach (long size in new long[] { Width * Width, Width }) yield return size;
        foreach (long size in new long[] { 4 * Width * Width, 4 * Width, 4 * Width * Width, Width, Width, Width, Width, Width }) yield return size;
    }

    public override IWork Work(string variant, string file) => new Step(file);

    private sealed class Step : IWork
    {
        private readonly Parameter[] parameters;
        private readonly optim.Optimizer optimizer;

        public Step(string file)
        {
            Dictionary<string, Tensor> tensors = Safetensors.Load(file);
            Tensor Fill(string name, long size)
            {
                using DisposeScope scope = NewDisposeScope();
                return tensors[name].repeat((size + 4095) / 4096).narrow(0, 0, size).clone().DetachFromDisposeScope();
            }
            parameters = [.. tensors["sizes"].data<long>().ToArray().Select(size => new Parameter(Fill("values", size)))];
            foreach (Parameter parameter in parameters) parameter.grad = Fill("gradients", parameter.numel());
            optimizer = optim.AdamW(parameters, 1e-3, weight_decay: 0.01);
        }

        public IReadOnlyList<Case> Cases => [new("step", Run)];

        public IReadOnlyDictionary<string, Tensor> Results()
        {
            for (int i = 0; i < 3; i++) Run();
            return parameters.Select((p, i) => (Name: i.ToString(System.Globalization.CultureInfo.InvariantCulture), Tensor: p.narrow(0, 0, Math.Min(8192, p.numel())))).ToDictionary(p => p.Name, p => p.Tensor);
        }

        public void Dispose()
        {
            foreach (Parameter parameter in parameters) parameter.Dispose();
        }

        private void Run()
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.step();
        }
    }
}
