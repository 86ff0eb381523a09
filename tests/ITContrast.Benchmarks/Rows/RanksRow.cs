using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Evaluation;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>Exact ranks of COCO's 5,000 images and 25,000 captions, both directions, against the product they need and what Python users run.</summary>
internal sealed class RanksRow : Row
{
    private const int Images = 5000, Each = 5, Width = 1024;

    public override string Name => "ranks";

    public override string Title => $"ranks of both directions, exact: {Images:#,0} images × {Images * Each:#,0} captions, D = {Width:#,0}";

    public override int Rounds => 3;

    // Some turns of every case in a process: a single turn of seconds is at the mercy of whoever shares the processor.
    public override double Seconds => 8;

    public override bool OnDevice => true;

    public override IReadOnlyList<Contender> Contenders { get; } =
    [
        new("C#", Side.CSharp),
        // A recall moves by one query where two scores of another rounding change places.
        new("Python", Side.Python) { Tolerance = 1e-3, CpuOnly = true },
        new("Python loops", Side.Python, "loops") { Tolerance = null, Rounds = 1, CpuOnly = true },
    ];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("ranks ÷ its own fp32 product", new("C#", "ranks"), new("C#", "fp32 product"), 0.6),
        new("ranks in fp32 ÷ the same product", new("C#", "ranks in fp32"), new("C#", "fp32 product"), 1.1),
        new("ranks ÷ the loops of vsepp", new("C#", "ranks"), new("Python loops", "vsepp loops"), 0.1),
        new("ranks ÷ the loops of SCAN", new("C#", "ranks"), new("Python loops", "SCAN loops"), 0.1),
        new("ranks ÷ torch.topk", new("C#", "ranks"), new("Python", "torch.topk"), 0.5),
        new("ranks ÷ faiss IndexFlatIP", new("C#", "ranks"), new("Python", "faiss"), 0.4),
        new("ranks ÷ NumPy, counted", new("C#", "ranks"), new("Python", "numpy"), null),
    ];

    public override string Note =>
        """
        Limits, by samples of the stack: the ranks are one product of rows rounded to bf16, summed in fp32 on the processor's matrix tiles (AMX) in blocks that are counted while they lie in the second
        cache, and what its proven bound leaves open is scored again by definition. The product takes 0.26 s of a free core (1 TFLOP/s; loads of tiles limit it, which share the core's cache with whoever runs
        beside) and some 0.5 s of a shared one, where oneDNN's product of the same matrices takes 1.3 s; norms, rounding, packing, thresholds and counting take another 0.2 s. In fp32 OpenBLAS's kernel takes 93 % of the
        time; page faults of the buffer and the counting pass share the rest.
        """;

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new RandomStream(1, "bench-ranks").Generator();
        Tensor images = nn.functional.normalize(randn([Images, Width], generator: generator));
        // As long as the image itself: cosines near 0.7, as a trained model has.
        Tensor noise = nn.functional.normalize(randn([Images * Each, Width], generator: generator));
        Safetensors.Save(file, new Dictionary<string, Tensor> { ["images"] = images, ["captions"] = nn.functional.normalize(images.repeat_interleave(Each, 0) + noise) });
    }

    public override IWork Work(string variant, string file) => new Ranks(file);

    private sealed class Ranks : IWork
    {
        private readonly Tensor images, captions;
        private readonly int[] imageOf = [.. Enumerable.Range(0, Images * Each).Select(caption => caption / Each)];
        private Tensor? scores;

        public Ranks(string file)
        {
            Dictionary<string, Tensor> tensors = Safetensors.Load(file);
            (images, captions) = (tensors["images"].to(BenchDevice.Current), tensors["captions"].to(BenchDevice.Current));
        }

        public IReadOnlyList<Case> Cases =>
        [
            new("ranks", () => Evaluate(ScorePrecision.Auto)), new("ranks in fp32", () => Evaluate(ScorePrecision.Single)), new("fp32 product", Product),
        ];

        public IReadOnlyDictionary<string, Tensor> Results()
        {
            RetrievalReport report = Evaluate(ScorePrecision.Auto), single = Evaluate(ScorePrecision.Single);
            if (!report.ImageQuery.Ranks.AsSpan().SequenceEqual(single.ImageQuery.Ranks) || !report.CaptionQuery.Ranks.AsSpan().SequenceEqual(single.CaptionQuery.Ranks))
                throw new InvalidOperationException("Two precisions rank differently.");
            static Tensor Recalls(DirectionReport of) => tensor(new[] { (float)of.R1, (float)of.R5, (float)of.R10 });
            return new Dictionary<string, Tensor> { ["image query"] = Recalls(report.ImageQuery), ["caption query"] = Recalls(report.CaptionQuery) };
        }

        public void Dispose()
        {
            images.Dispose();
            captions.Dispose();
            scores?.Dispose();
        }

        private RetrievalReport Evaluate(ScorePrecision precision) => Retrieval.Evaluate(images, captions, imageOf, new() { Precision = precision });

        // Into memory that exists, so that fresh pages are not counted as arithmetic.
        private void Product()
        {
            using DisposeScope scope = NewDisposeScope();
            scores ??= zeros([Images, Images * Each], ScalarType.Float32, BenchDevice.Current).DetachFromDisposeScope();
            scores.addmm_(images, captions.transpose(0, 1), beta: 0);
        }
    }
}
