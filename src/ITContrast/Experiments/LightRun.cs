using System.Globalization;
using ITContrast.Data;
using ITContrast.Data.Scenes;
using ITContrast.Encoders;
using ITContrast.Systems;
using ITContrast.Systems.Coder;
using ITContrast.Text;
using ITContrast.Torch;
using ITContrast.Training.Parallel;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments;

/// <summary>Makes the parts of a run on the light backbone, or on heads, out of its configuration.</summary>
public static class LightRun
{
    private const string SceneObjects = "scene-objects";

    /// <summary>Opens the data set with the images that the configuration's front end takes; disposing it frees the images.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="folder">pictocap's folder; found from the program when null.</param>
    /// <param name="store">Where stored regions are kept; the default store when null, ignored without heads.</param>
    public static PairDataset OpenData(RunConfig config, string? folder = null, RunStore? store = null)
    {
        if (config.Oscar is { } oscar) return OscarRun.OpenData(config, oscar, folder);
        PairDataset data = OpenSource(config, folder);
        if (data.Images.Kind == ImageKind.Pixels)
            return config.Heads is not null ? StoredFeatures.Open(config, data, store ?? new())
                : config.Backbone.Front == ImageFront.GridFeatures ? GridFeatures.Of(data) : data;
        if (config.Heads is not null && data.Images.Kind == ImageKind.Regions) return data;
        using (data)
            throw new ArgumentException(data.Images.Kind == ImageKind.Regions
                ? $"{data.Name} holds regions; heads train on them: give --features stored."
                : $"{data.Name} holds one vector an image; these systems train on pixels or regions.");
    }

    /// <summary>Opens the pictures of a configuration's data set, to look at: the rows of <see cref="OpenData"/> as pixels.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="folder">pictocap's folder; found from the program when null.</param>
    /// <returns>Null where the data set holds regions or vectors and no pictures.</returns>
    public static PairDataset? OpenPictures(RunConfig config, string? folder = null)
    {
        PairDataset data = config.Oscar?.Scenes is { } scenes
            ? SyntheticScenes.Open(scenes with { Kind = ImageKind.Pixels })
            : OpenSource(config, folder, ImageKind.Pixels);
        if (data.Images.Kind == ImageKind.Pixels) return data;
        data.Dispose();
        return null;
    }

    private static PairDataset OpenSource(RunConfig config, string? folder, ImageKind scenesAs = ImageKind.Regions)
    {
        if (config.Data is not { } name) return PictoCap.Open(folder, config.Division);
        if (!name.StartsWith(SceneObjects, StringComparison.Ordinal)) return DatasetSources.Open(name);
        int images = 6_000;
        if (
            name.Length > SceneObjects.Length
            && (
                name[SceneObjects.Length] != ':'
                || !int.TryParse(name.AsSpan(SceneObjects.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out images)
                || images < 10))
            throw new ArgumentException($"\"{name}\" is no {SceneObjects}:IMAGES, as in {SceneObjects}:6000; IMAGES is at least 10.");
        // A sixth is held out twice, so that a difference of a few points can be seen.
        return SyntheticScenes.Open(new() { Train = images - 2 * (images / 6), Validation = images / 6, Test = images / 6, Kind = scenesAs });
    }

    /// <summary>
    /// The vocabulary: words of the training captions, then, with WordNet, its words, so that a query may hold words no training caption has; word pieces where
    /// an OSCAR begins with a published checkpoint.
    /// </summary>
    public static ITokenizer Vocabulary(RunConfig config, PairDataset dataset)
    {
        if (config.Oscar is { } oscar) return OscarRun.Vocabulary(config, oscar, dataset);
        WordTokenizer trained = WordTokenizer.Build(dataset, config.Training.Split);
        if (!config.WordNet) return trained;
        IEnumerable<string> lemmas = WordNet.Open().Synsets.SelectMany(synset => synset.Lemmas).SelectMany(lemma => Words.Of(lemma.Replace('_', ' ')));
        return new WordTokenizer([.. trained.Entries, .. lemmas.Except(trained.Entries, StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The system before training: start values from named streams, whitening and word vectors fitted on the training split only.</summary>
    public static IMatchingSystem NewSystem(RunConfig config, PairDataset dataset, ITokenizer vocabulary) => NewSystem(config, dataset, vocabulary, null);

    /// <summary>The system before training, whose encoders share their work with other processes.</summary>
    internal static IMatchingSystem NewSystem(RunConfig config, PairDataset dataset, ITokenizer vocabulary, Peers? peers)
    {
        if (config is { Oscar: { } oscar, Training.Parts: null }) return OscarRun.NewSystem(config, oscar, dataset, vocabulary);
        IMatchingSystem system = EmptySystem(config, dataset, vocabulary, peers);
        system.Module.Initialise(config.Seed);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        PairSplit train = dataset.Split(config.Training.Split);
        Tensor words = WordTable(config, dataset, train, vocabulary);
        foreach (IWordTable encoder in system.Module.modules().OfType<IWordTable>()) encoder.SetWords(words);
        foreach (GraphConvolution graph in system.Module.modules().OfType<GraphConvolution>())
            graph.SetWords(words.index_select(0, tensor([.. graph.Concepts.Select(concept => (long)vocabulary.Encode(concept)[1])])));
        LightBackbone[] whitened = [.. system.Module.modules().OfType<LightBackbone>().Where(backbone => backbone.Whitening is not null)];
        if (whitened.Length == 0) return system;
        using ImageBatch images = dataset.Images.Read(train.ImageRows);
        foreach (LightBackbone backbone in whitened) backbone.Whitening!.Fit(images.Values, RegionBlocks);
        return system;
    }

    private static Tensor WordTable(RunConfig config, PairDataset dataset, PairSplit train, ITokenizer vocabulary)
    {
        int dimension = config.Heads?.WordDimension ?? config.Backbone.WordDimension;
        if (config.Heads is { TrainWords: true })
        {
            using Generator random = new RandomStream(config.Seed, "words").Generator();
            Tensor drawn = randn(vocabulary.VocabularySize, dimension, generator: random) / Math.Sqrt(dimension);
            drawn[0].zero_();
            return drawn;
        }
        // The extractor described the same words by the same captions.
        if (dataset.Images is StoredRegions stored && config.WordNet && stored.Words(vocabulary.VocabularySize, dimension) is { } table) return table;
        return new WordVectors(Concepts(dataset, train), new(config.WordNet ? WordNet.Open() : null), dimension).Table(
            vocabulary.Entries, WordTokenizer.Marks.Count);
    }

    /// <summary>The system with its shapes only, to be filled from a checkpoint.</summary>
    public static IMatchingSystem EmptySystem(RunConfig config, PairDataset dataset, ITokenizer vocabulary) => EmptySystem(config, dataset, vocabulary, null);

    /// <summary>The system with its shapes only, whose encoders share their work with other processes.</summary>
    /// <exception cref="ArgumentException">The system's encoders cannot work in parts.</exception>
    internal static IMatchingSystem EmptySystem(RunConfig config, PairDataset dataset, ITokenizer vocabulary, Peers? peers)
    {
        bool parted = config.Training.Parts is null;
        IPairEncoder Made()
        {
            IPairEncoder encoder = Encoder(config, dataset, vocabulary);
            if (config.Training.Parts is not { } parts) return encoder;
            parted = true;
            return new PartedEncoder(encoder, parts, peers);
        }
        IMatchingSystem system = config.Oscar is { } oscar ? OscarRun.EmptySystem(config, oscar, dataset, vocabulary)
            : Recipes.Create(config, new(Made, () => TrainingCaptions(config, dataset), (WordTokenizer)vocabulary, RegionDimension(dataset.Images)));
        if (parted) return system;
        system.Dispose();
        throw new ArgumentException($"'{config.System}' makes encoders of its own, which do not work in parts. Train it in one process.");
    }

    private static int RegionDimension(IImageSource images) => images.Kind == ImageKind.Regions ? (int)images.RowShape[^1] : 0;

    private static IPairEncoder Encoder(RunConfig config, PairDataset dataset, ITokenizer vocabulary) => config.Heads is { } heads
        ? new HeadsBackbone(vocabulary.VocabularySize, (int)dataset.Images.RowShape[^1], heads)
        : new LightBackbone(vocabulary.VocabularySize, config.Backbone);

    private static IReadOnlyList<IReadOnlyList<string>> TrainingCaptions(RunConfig config, PairDataset dataset) =>
        [
            .. dataset
                .Split(config.Training.Split)
                .CaptionRows.Select(dataset.Caption)
                .Distinct(StringComparer.Ordinal)
                .Select(caption => (IReadOnlyList<string>)Words.Of(caption)),
        ];

    // Colours, gradients and colour histogram of a region, as GridFeatures joins them by default.
    private static readonly int[] RegionBlocks = [48, 36, 128];

    private static IReadOnlyList<IReadOnlyList<IReadOnlyList<string>>> Concepts(PairDataset dataset, PairSplit split) =>
        [.. split.CaptionRows.GroupBy(row => dataset.Group(dataset.ImageOf(row)))
            .Select(concept =>
                (IReadOnlyList<IReadOnlyList<string>>)
                    [.. concept.Select(dataset.Caption).Distinct().Select(caption => (IReadOnlyList<string>)Words.Of(caption))]),
    ];
}
