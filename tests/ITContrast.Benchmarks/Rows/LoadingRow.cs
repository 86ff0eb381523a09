using System.Globalization;
using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Data;
using ITContrast.Text;
using ITContrast.Torch;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>An epoch of batches from SCAN's layout, page cache warm: read-ahead over a mapped file against SCAN's own loader with one worker.</summary>
internal sealed class LoadingRow : Row
{
    private const int Images = 512, Regions = 36, Width = 2048, Each = 5, Batch = 128;

    public override string Name => "loading";

    public override string Title => $"epoch of batches, SCAN layout: {Images} images of {Regions} × {Width:#,0}, {Each} captions each, B = {Batch}";

    public override int Rounds => 3;

    public override double Seconds => 2;

    public override IReadOnlyList<Contender> Contenders { get; } = [new("C#", Side.CSharp), new("Python, 1 worker", Side.Python) { Tolerance = 1e-4 }];

    public override IReadOnlyList<Comparison> Comparisons { get; } = 
    [
        new("epoch ÷ Python's loader", new("C#"), new("Python, 1 worker"), 0.3),
        // At least 80 % of the page cache's rate is at most 1.25 of its time.
        new("epoch in file order ÷ reading the file", new("C#", "in order"), new("C#", "page cache"), 1.25),
    ];

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        string folder = Path.GetDirectoryName(file)!;
        using Generator generator = new RandomStream(1, "bench-loading").Generator();
        using (NpyWriter features = NpyWriter.Create(Path.Combine(folder, "train_ims.npy"), ElementType.Float32, Regions, Width))
        {
            for (int i = 0; i < Images; i++)
            {
                using Tensor regions = rand([Regions, Width], generator: generator);
                features.Append<float>(regions.data<float>().ToArray());
            }
            features.Complete();
        }
        RandomStream words = new(1, "bench-captions");
        File.WriteAllLines(Path.Combine(folder, "train_caps.txt"), Enumerable.Range(0, Images * Each)
            .Select(_ =>
                string.Join(' ', Enumerable.Range(0, 8 + words.NextInt(9)).Select(_ => "word" + words.NextInt(5000).ToString(CultureInfo.InvariantCulture)))));
        Safetensors.Save(file, new Dictionary<string, Tensor> { ["batch"] = tensor(Batch) });
    }

    public override IWork Work(string variant, string file) => new Epoch(Path.GetDirectoryName(file)!);

    private sealed class Epoch : IWork
    {
        private readonly PairDataset dataset;
        private readonly PairCollator collator;
        private readonly string features;
        private readonly byte[] piece = new byte[Batch * Regions * Width * sizeof(float)];
        private ulong epoch;

        public Epoch(string folder)
        {
            features = Path.Combine(folder, "train_ims.npy");
            dataset = PrecomputedFolder.Open(folder);
            collator = new(dataset, WordTokenizer.Build(dataset, "train"));
        }

        public IReadOnlyList<Case> Cases => [new("step", () => Read()), new("in order", () => InOrder()), new("page cache", ReadFile)];

        public IReadOnlyDictionary<string, Tensor> Results()
        {
            (long pairs, double mean) = Read(values => values.mean().ToDouble());
            return new Dictionary<string, Tensor> { ["pairs"] = tensor((float)pairs), ["mean"] = tensor((float)(mean / pairs)) };
        }

        public void Dispose() => dataset.Dispose();

        // One caption an image, as the file has them.
        private void InOrder()
        {
            foreach (PairBatch batch in new PairLoader(collator, [.. Enumerable.Range(0, Images).Select(image => image * Each).Chunk(Batch)], training: false))
                batch.Dispose();
        }

        // What the page cache gives: the same bytes in the same pieces, into memory that is there.
        private void ReadFile()
        {
            using SafeFileHandle file = File.OpenHandle(features);
            for (long at = 0; RandomAccess.Read(file, piece, at) is > 0 and var got;) at += got;
        }

        private (long Pairs, double Sum) Read(Func<Tensor, double>? of = null)
        {
            BatchPlan plan = new(dataset.Split("train"), Batch, 1, (int)epoch++, new() { OneCaptionPerImage = false });
            (long pairs, double sum) = (0, 0);
            foreach (PairBatch batch in new PairLoader(collator, plan, training: false))
                using (batch)
                {
                    pairs += batch.Size;
                    if (of is not null) sum += batch.Size * of(batch.Images.Values);
                }
            return (pairs, sum);
        }
    }
}
