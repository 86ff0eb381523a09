using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>Single calls on tiny tensors, each many times over: what this library adds to calling the same operator from C++.</summary>
internal sealed class DispatchRow : Row
{
    private const int Calls = 200;
    private static readonly string[] Names =
        ["add", "multiply by a number", "matrix product", "transpose", "sum over a dimension", "reshape", "softmax", "concatenate"];

    public override string Name => "dispatch";

    public override string Title => "one operator call on 4 × 4 numbers";

    public override double Seconds => 0.2;

    public override IReadOnlyList<Contender> Contenders { get; } = [new("C#", Side.CSharp), new("C++", Side.Cpp), new("Python", Side.Python)];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        .. Names.Select(name => new Comparison($"{name}, µs over C++", new("C#", name), new("C++", name), 1, Measure.MicrosecondsOver)),
        .. Names.Select(name => new Comparison($"{name} ÷ Python", new("C#", name), new("Python", name), null)),
        .. Names.Select(name => new Comparison($"{name}, managed bytes a call", new("C#", name), null, 96, Measure.AllocatedBytes)),
    ];

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new RandomStream(1, "bench-dispatch").Generator();
        Safetensors.Save(file, new Dictionary<string, Tensor> { ["a"] = randn([4, 4], generator: generator), ["b"] = randn([4, 4], generator: generator) });
    }

    public override IWork Work(string variant, string file) => new Single(file);

    private sealed class Single : IWork
    {
        private readonly Tensor a, b;
        private readonly Tensor[] both;
        private readonly long[] shape = [2, 8];
        private readonly Func<Tensor>[] calls;

        public Single(string file)
        {
            Dictionary<string, Tensor> tensors = Safetensors.Load(file);
            (a, b) = (tensors["a"], tensors["b"]);
            both = [a, b];
            calls =
            [
                () => a + b,
                () => a * 2.0,
                () => a.matmul(b),
                () => a.transpose(0, 1),
                () => a.sum(1),
                () => a.reshape(shape),
                () => a.softmax(1),
                () => cat(both, 0),
            ];
        }

        public IReadOnlyList<Case> Cases => [.. Names.Zip(calls, (name, call) => new Case(name, () => Many(call), Calls))];

        public IReadOnlyDictionary<string, Tensor> Results() => Names.Zip(calls).ToDictionary(c => c.First, c => c.Second());

        public void Dispose()
        {
            a.Dispose();
            b.Dispose();
        }

        private static void Many(Func<Tensor> call)
        {
            using DisposeScope scope = NewDisposeScope();
            for (int i = 0; i < Calls; i++) call().Dispose();
        }
    }
}
