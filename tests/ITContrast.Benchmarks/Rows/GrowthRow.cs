using System.Globalization;
using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Evaluation;
using ITContrast.Experiments;
using ITContrast.Losses;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>
/// How time grows: loss and synthesis with the batch, evaluation with the gallery at a fixed number of queries, a listing with the number of runs.
/// </summary>
internal sealed class GrowthRow : Row
{
    private const int Width = 256, Queries = 1000;
    private static readonly int[] Batches = [32, 64, 128, 256, 512], Galleries = [5000, 10_000, 20_000, 40_000], Stores = [1000, 3000, 10_000];

    public override string Name => "growth";

    public override string Title => "growth with batch, gallery and runs";

    public override int Rounds => 3;

    public override double Seconds => 0.3;

    public override IReadOnlyList<Contender> Contenders { get; } = [new("C#", Side.CSharp)];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        // Scores are B × B: four times the work at twice the batch is the arithmetic's own growth.
        new("InfoNCE step, B = 512 ÷ B = 256", new("C#", BatchCase(512)), new("C#", BatchCase(256)), 4.4),
        new("evaluation, gallery of 40,000 ÷ 20,000", new("C#", GalleryCase(40_000)), new("C#", GalleryCase(20_000)), 2.2),
        new("listing 10,000 runs ÷ 3,000", new("C#", StoreCase(10_000)), new("C#", StoreCase(3000)), 3.7),
        new("listing 10,000 runs", new("C#", StoreCase(10_000)), null, 1, Measure.Seconds),
    ];

    public override IReadOnlyList<Growth> Charts { get; } =
    [
        new("InfoNCE step against batch size", "pairs a batch", [.. Batches.Select(b => ((double)b, new Timed("C#", BatchCase(b))))]),
        new($"Evaluation of {Queries:#,0} images against the gallery", "captions", [.. Galleries.Select(g => ((double)g, new Timed("C#", GalleryCase(g))))]),
        new("Listing a store of runs", "runs", [.. Stores.Select(n => ((double)n, new Timed("C#", StoreCase(n))))]),
    ];

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new RandomStream(1, "bench-growth").Generator();
        Tensor captions = nn.functional.normalize(randn([Galleries[^1], Width], generator: generator));
        Safetensors.Save(
            file,
            new Dictionary<string, Tensor> { ["captions"] = captions, ["images"] = nn.functional.normalize(randn([Queries, Width], generator: generator)) });
        foreach (int size in Stores)
            for (int i = 0; i < size; i++)
                MakeRun(Path.Combine(Path.GetDirectoryName(file)!, StoreCase(size), i.ToString("x16", CultureInfo.InvariantCulture)));
    }

    // What a finished run leaves: configuration and result.
    private static void MakeRun(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"config":{"system":"light","seed":1}}""");
        File.WriteAllText(Path.Combine(folder, "result.json"), """{"steps":1}""");
    }

    public override IWork Work(string variant, string file) => new Sizes(file);

    private static string BatchCase(int size) => $"B = {size}";

    private static string GalleryCase(int size) => $"gallery {size}";

    private static string StoreCase(int size) => $"runs {size}";

    private sealed class Sizes : IWork
    {
        private const int StepsATurn = 50;

        private readonly Tensor images, captions;
        private readonly Temperature temperature = new(learned: false);
        private readonly string folder;

        public Sizes(string file)
        {
            Dictionary<string, Tensor> tensors = Safetensors.Load(file);
            (images, captions, folder) = (tensors["images"], tensors["captions"], Path.GetDirectoryName(file)!);
        }

        public IReadOnlyList<Case> Cases =>
        [
            // A turn holds galleries of seconds: one step of milliseconds beside them would measure an interruption.
            .. Batches.Select(size => new Case(BatchCase(size), () => Steps(size), StepsATurn)),
            .. Galleries.Select(size => new Case(GalleryCase(size), () => Evaluate(size))),
            .. Stores.Select(size => new Case(StoreCase(size), () => List(size))),
        ];

        public IReadOnlyDictionary<string, Tensor> Results() => new Dictionary<string, Tensor>();

        public void Dispose()
        {
            images.Dispose();
            captions.Dispose();
            temperature.Dispose();
        }

        private void Steps(int size)
        {
            for (int i = 0; i < StepsATurn; i++) Step(size);
        }

        private void Step(int size)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = images.narrow(0, 0, size).clone().requires_grad_(), y = captions.narrow(0, 0, size).clone().requires_grad_();
            new InfoNce(temperature).Compute(Scores.Of(x, y, eye(size, dtype: ScalarType.Bool))).Value.backward();
        }

        private void Evaluate(int size)
        {
            using DisposeScope scope = NewDisposeScope();
            int each = size / Queries;
            Retrieval.Evaluate(images, captions.narrow(0, 0, size), [.. Enumerable.Range(0, size).Select(c => c / each)]);
        }

        private void List(int size)
        {
            if (new RunStore(Path.Combine(folder, StoreCase(size))).All().Count(run => run.IsFinished) != size)
                throw new InvalidOperationException("The store does not list its runs.");
        }
    }
}
