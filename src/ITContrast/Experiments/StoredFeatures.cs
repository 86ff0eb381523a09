using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Systems;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments;

/// <summary>
/// Region features that the first system's image encoder extracts once, so that heads train in seconds. The extractor is fitted and trained on
/// the training split only; val and test images are only passed through it.
/// <code>
///   r_k = c · (what region k adds to the linear path of the embedding, <see cref="LightBackbone.RegionShares"/>)        c: mean r̄² = 1 over the training images
/// </code>
/// The file lies in the run store, <c>features/RUN.safetensors</c>, named after the extractor's run, which covers data, seed, torch and threads.
/// </summary>
public static class StoredFeatures
{
    private const int Chunk = 256;
    private const string Version = "stored regions v1";

    /// <summary>The run whose encoder extracts: the first system, as committed, at the heads' <see cref="HeadsOptions.FeatureSeed"/>.</summary>
    public static RunConfig Extractor(RunConfig config) => new() { Data = config.Data, Division = config.Division, Seed = (config.Heads ?? new()).FeatureSeed };

    /// <summary>The data set with stored regions in place of its images. Rows can be read once <see cref="Ensure"/> has run.</summary>
    /// <param name="config">A configuration with heads.</param>
    /// <param name="pixels">The data; closed here.</param>
    /// <param name="store">Where the regions are kept.</param>
    public static PairDataset Open(RunConfig config, PairDataset pixels, RunStore store)
    {
        RunConfig extractor = Extractor(config);
        using PairDataset owner = pixels, source = GridFeatures.Of(pixels);
        long[] shape = [source.ImageCount, extractor.Backbone.Regions, extractor.Backbone.Dimension];
        string identity = $"{Version}\n{extractor.ToJson().ToJsonString()}\nresults {ResultsVersion.Current}";
        return source.WithImages(new StoredRegions(PathOf(extractor, source, store), shape), identity);
    }

    /// <summary>
    /// Extracts the regions if the store lacks them; trains the extractor first where its run is not there. Waits while another process does.
    /// </summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the next call resumes.</exception>
    public static string Ensure(RunConfig config, RunStore store, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        RunConfig extractor = Extractor(config);
        using PairDataset source = LightRun.OpenData(extractor);
        string path = PathOf(extractor, source, store);
        using IDisposable held = new RunFolder(Path.Combine(store.Folder, "features", ".lock-" + Path.GetFileNameWithoutExtension(path))).WaitForLock(
            cancellation);
        if (File.Exists(path)) return path;
        RunFolder run = store.Open(Experiment.Identity(extractor, source));
        // A finished run without its checkpoint (a committed one) cannot extract: the extractor is then trained beside it.
        RunStore training = run.IsFinished && !run.HasCheckpoint ? new(Path.Combine(store.Folder, "features")) : store;
        run = Experiment.Run(extractor, training, progress, cancellation).Folder;
        using TrainedMatcher matcher = Systems.Systems.Load(run);
        Extract((LightBackbone)matcher.System.Encoder, source, extractor, run.Name, path);
        return path;
    }

    private static string PathOf(RunConfig extractor, PairDataset source, RunStore store) =>
        Path.Combine(store.Folder, "features", Experiment.Identity(extractor, source).Hash + ".safetensors");

    private static void Extract(LightBackbone backbone, PairDataset source, RunConfig extractor, string run, string path)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        int[] all = [.. Enumerable.Range(0, source.ImageCount)];
        Tensor regions = cat([.. all.Chunk(Chunk).Select(rows =>
        {
            using ImageBatch batch = source.Images.Read(rows);
            return backbone.RegionShares(batch);
        })], 0);
        Tensor means = regions.index_select(0, tensor(source.Split(extractor.Training.Split).ImageRows).to(int64)).mean([1]);
        Tensor scaled = (regions / means.square().mean().sqrt()).contiguous();
        Dictionary<string, string> metadata = new() { ["version"] = Version, ["extractor"] = run, ["data"] = source.ContentHash };
        Tensor words = backbone.Words.contiguous();
        using SafetensorsWriter writer = new(
            path,
            [
                new TensorInfo(StoredRegions.TensorName, ElementType.Float32, scaled.shape),
                new TensorInfo(StoredRegions.WordsName, ElementType.Float32, words.shape),
            ],
            metadata);
        writer.Append(scaled);
        writer.Append(words);
        writer.Complete();
    }
}
