using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Text;
using ITContrast.Torch;
using ITContrast.Training.Parallel;
using TorchSharp;

namespace ITContrast.Tests.Training.Parallel;

/// <summary>
/// A system by name on 24 made-up images of 12 concepts, whole or as one of several ranks. Ranks are threads of this process, joined over loopback.
/// </summary>
internal sealed class ParallelToy : IDisposable
{
    private const int Images = 24, Regions = 4, Width = 6;
    private static readonly string[] Things = ["apple", "pear", "train", "bus", "cat", "dog", "house", "tower", "sun", "moon", "shoe", "hat"];

    private readonly WordTokenizer vocabulary;

    public ParallelToy(string system, int? parts, Peers? peers = null, double dropout = 0.3)
    {
        string[] captions = [.. Enumerable.Range(0, Images).SelectMany(i => (string[])[$"a {Things[i / 2]} number {i}", $"{Things[i / 2]}, thing"])];
        int[] imageOf = [.. Enumerable.Range(0, 2 * Images).Select(c => c / 2)];
        long[] ids = [.. Enumerable.Range(0, Images).Select(i => (long)i)];
        PairTable table = new(
            captions,
            imageOf,
            ids,
            [.. Enumerable.Range(0, 2 * Images).Select(c => (long)c)],
            [.. ids.Select(i => i / 2)],
            [.. ids.Select(i => $"{i}.png")]);
        Dataset = new(
            "toy", new Source(), table, [new PairSplit("train", [.. Enumerable.Range(0, Images)], [.. Enumerable.Range(0, 2 * Images)], imageOf)],
            new string('0', 64));
        vocabulary = WordTokenizer.Build(captions);
        var (shares, share) = (peers?.Count ?? 1, peers?.Rank ?? 0);
        Collator = new(Dataset, vocabulary, new() { WordDropout = 0.2, Seed = 7, Shares = shares, Share = share });
        RunConfig config = new()
        {
            System = system, Seed = 7,
            Method = new()
            {
                Synthesis = new() { Hardest = 4, WarmupEpochs = 0 },
                Representatives = new() { Groups = 2 },
                Concepts = 5,
                Coder = new()
                {
                    QueueLength = 20,
                    Clusters = 4,
                    Momentum = 0.9,
                },
            },
        };
        System = Recipes.Create(config, new(() => Encoder(parts, peers, dropout), () => [.. captions.Select(Words.Of)], vocabulary, Width));
        System.Module.Initialise(7);
        using (torch.NewDisposeScope())
        using (var all = Dataset.Images.Read([.. Enumerable.Range(0, Images)]))
            foreach (var backbone in System.Module.modules().OfType<LightBackbone>()) backbone.Whitening!.Fit(all.Values, [2, 4]);
        System.Module.train();
    }

    public PairDataset Dataset { get; }

    public PairCollator Collator { get; }

    public IMatchingSystem System { get; }

    /// <summary>Runs what one rank does, on a thread for each of several ranks.</summary>
    public static T[] Ranks<T>(int count, Func<Peers, T> rank)
    {
        var port = MeetingPort.Free();
        var results = new T[count];
        var errors = new Exception?[count];
        Thread[] threads = [.. Enumerable.Range(0, count).Select(r => new Thread(() =>
        {
            try
            {
                using Peers peers = new(ProcessGroup.Join(new(r, count, r, "127.0.0.1", port), TimeSpan.FromMinutes(3)));
                using var scope = torch.NewDisposeScope();
                results[r] = rank(peers);
            }
            catch (Exception error)
            {
                errors[r] = error;
            }
        }))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return errors.OfType<Exception>().FirstOrDefault() is { } failed ? throw new InvalidOperationException(failed.Message, failed) : results;
    }

    public void Dispose()
    {
        System.Dispose();
        Dataset.Dispose();
    }

    private IPairEncoder Encoder(int? parts, Peers? peers, double dropout)
    {
        LightBackbone backbone = new(vocabulary.VocabularySize, new()
        {
            Regions = Regions, RegionDimension = Width, Whitened = 10, Dimension = 8, Hidden = 16, WordDimension = 6, StateDimension = 5, TrainWords = true,
            ImageDropout = dropout, HiddenDropout = dropout, WordDropout = dropout,
        });
        return parts is { } count ? new PartedEncoder(backbone, count, peers) : backbone;
    }

    private sealed class Source : IImageSource
    {
        public ImageKind Kind => ImageKind.Regions;
        public int Count => Images;
        public IReadOnlyList<long> RowShape => [Regions, Width];

        public ImageBatch Read(ReadOnlySpan<int> rows)
        {
            var batch = ImageBatch.Allocate(Kind, [rows.Length, Regions, Width]);
            for (var i = 0; i < rows.Length; i++)
            {
                RandomStream own = new(1, "toy-image", rows[i]);
                for (var k = 0; k < Regions * Width; k++) batch.ValueSpan[i * Regions * Width + k] = (float)own.NextGaussian();
            }
            batch.CountSpan.Fill(Regions);
            return batch;
        }

        public void Dispose() { }
    }
}
