using System.Text.Json.Nodes;
using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Text;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;

namespace ITContrast.Tests.Training;

/// <summary>The light system, or any recipe, on 24 made-up images of 12 concepts: every part of a real run, in milliseconds.</summary>
internal sealed class ToyRun : IDisposable
{
    private const int Images = 24, Regions = 4, Width = 6;
    private static readonly string[] Things = ["apple", "pear", "train", "bus", "cat", "dog", "house", "tower", "sun", "moon", "shoe", "hat"];
    private static readonly string[] Colours = ["red", "blue", "green"];

    private readonly PairDataset dataset;
    private readonly Func<double>? rsum;
    private readonly WordTokenizer vocabulary;

    public ToyRun(TrainingOptions? options = null, ulong seed = 7, RunConfig? recipe = null, Func<double>? rsum = null, int? broken = null)
    {
        this.rsum = rsum;
        string[] captions =
        [
            .. Enumerable
                .Range(0, 2 * Images)
                .Select(c => c % 2 == 0 ? $"a {Colours[c / 2 % 3]} {Things[c / 4]}" : $"{Things[c / 4]}, thing, {Colours[c / 2 % 3]}"),
        ];
        int[] imageOf = [.. Enumerable.Range(0, 2 * Images).Select(c => c / 2)];
        long[] ids = [.. Enumerable.Range(0, Images).Select(i => (long)i)];
        PairTable table = new(
            captions,
            imageOf,
            ids,
            [.. Enumerable.Range(0, 2 * Images).Select(c => (long)c)],
            [.. ids.Select(i => i / 2)],
            [.. ids.Select(i => $"{i}.png")]);
        dataset = new(
            "toy", new RegionSource(broken), table,
            [new PairSplit("train", [.. Enumerable.Range(0, Images)], [.. Enumerable.Range(0, 2 * Images)], imageOf)], new string('0', 64));
        vocabulary = WordTokenizer.Build(captions);
        LightBackboneOptions sizes = new()
        {
            Regions = Regions,
            RegionDimension = Width,
            Whitened = 10,
            Dimension = 8,
            Hidden = 16,
            WordDimension = 6,
            StateDimension = 5,
        };
        LightBackbone Backbone() => new(vocabulary.VocabularySize, sizes);
        System = recipe is null ? new LightSystem(Backbone())
            : Recipes.Create(
                recipe with
                {
                    Backbone = sizes,
                    Seed = seed,
                },
                new(Backbone, () => [.. captions.Select(text => (IReadOnlyList<string>)Words.Of(text))], vocabulary, Width));
        System.Module.Initialise(seed);
        using (torch.NewDisposeScope())
        {
            string[][] concepts = [.. Things.Select((thing, t) => captions.Skip(4 * t).Take(4).ToArray())];
            WordVectors vectors = new(
                [.. concepts.Select(c => (IReadOnlyList<IReadOnlyList<string>>)[.. c.Select(text => (IReadOnlyList<string>)Words.Of(text))])],
                new(null),
                6);
            foreach (IWordTable encoder in System.Module.modules().OfType<IWordTable>())
                encoder.SetWords(vectors.Table(vocabulary.Entries, WordTokenizer.Marks.Count));
            using ImageBatch all = dataset.Images.Read([.. Enumerable.Range(0, Images)]);
            foreach (LightBackbone backbone in System.Module.modules().OfType<LightBackbone>()) backbone.Whitening!.Fit(all.Values.nan_to_num(), [2, 4]);
        }
        Trainer = new(System, new PairCollator(dataset, vocabulary, new() { WordDropout = 0.2, Seed = seed }), dataset.Split("train"),
            options ?? new() { Epochs = 7, BatchSize = 8, CheckpointSteps = 4, WarmUpSteps = 3, LearningRate = 0.01 }, seed) { Validate = Validation };
    }

    public IMatchingSystem System { get; }

    private Trainer Trainer { get; }

    public TrainedMatcher Matcher => new(System, vocabulary);

    public IImageSource Source => dataset.Images;

    public PairDataset Dataset => dataset;

    /// <summary>The first two pairs.</summary>
    public static PairBatch OneBatch()
    {
        using ToyRun run = new();
        return new PairCollator(run.dataset, run.vocabulary, new()).Collate([0, 2], 0);
    }

    /// <summary>Trains into a folder.</summary>
    public long Run(string folder, Action<TrainingProgress>? onStep = null, CancellationToken? stop = null) =>
        Trainer.Run(new(folder), onStep is null ? null : new StepProgress(onStep), stop ?? TestContext.Current.CancellationToken);

    // The training split stands for val, so that systems which look at it do.
    private JsonObject Validation(int epoch)
    {
        JsonObject line = new() { ["rsum"] = rsum?.Invoke() ?? 1.5 };
        if (System is not IValidatedSystem system) return line;
        using IDisposable guard = torch.no_grad();
        PairSplit split = dataset.Split("train");
        foreach (var (name, value) in system.AfterEpoch(new(() => Matcher.Embed(dataset, split), split.ImageOf, epoch))) line[name] = value;
        return line;
    }

    /// <summary>Scores of all images with all captions.</summary>
    public torch.Tensor Scores() => Matcher.Scores(dataset, dataset.Split("train"));

    /// <summary>The embeddings of all images and all captions.</summary>
    public (torch.Tensor Images, torch.Tensor Captions) Embed() => Matcher.Embed(dataset, dataset.Split("train"));

    /// <summary>The image of each caption.</summary>
    public int[] ImageOf => dataset.Split("train").ImageOf;

    public void Dispose()
    {
        System.Dispose();
        dataset.Dispose();
    }

    private sealed class RegionSource(int? broken) : IImageSource
    {
        public ImageKind Kind => ImageKind.Regions;

        public int Count => Images;

        public IReadOnlyList<long> RowShape => [Regions, Width];

        public ImageBatch Read(ReadOnlySpan<int> rows)
        {
            ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, Regions, Width]);
            for (int i = 0; i < rows.Length; i++)
            {
                // The two images of a concept share most of their values, so that there is something to learn.
                RandomStream concept = new(1, "toy-concept", rows[i] / 2), own = new(1, "toy-image", rows[i]);
                for (int k = 0; k < Regions * Width; k++) batch.ValueSpan[i * Regions * Width + k] = (float)(concept.NextGaussian() + 0.3 * own.NextGaussian());
            }
            if (broken is { } row && rows.IndexOf(row) is >= 0 and var place) batch.ValueSpan[place * Regions * Width] = float.NaN;
            batch.CountSpan.Fill(Regions);
            return batch;
        }

        public void Dispose() { }
    }
}
