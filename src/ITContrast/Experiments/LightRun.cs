using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Systems;
using ITContrast.Text;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments;

/// <summary>Makes the parts of a run on the light backbone out of its configuration.</summary>
public static class LightRun
{
    /// <summary>Opens the data set with the images that the configuration's front end takes; disposing it frees the images.</summary>
    public static PairDataset OpenData(RunConfig config, string? folder = null)
    {
        PairDataset pixels = PictoCap.Open(folder, config.Division);
        return config.Backbone.Front == ImageFront.GridFeatures ? GridFeatures.Of(pixels) : pixels;
    }

    /// <summary>
    /// The vocabulary: words of the training captions, then, with WordNet, its words, so that a query may hold words no training caption has.
    /// </summary>
    public static WordTokenizer Vocabulary(RunConfig config, PairDataset dataset)
    {
        WordTokenizer trained = WordTokenizer.Build(dataset, config.Training.Split);
        if (!config.WordNet) return trained;
        IEnumerable<string> lemmas = WordNet.Open().Synsets.SelectMany(synset => synset.Lemmas).SelectMany(lemma => Words.Of(lemma.Replace('_', ' ')));
        return new([.. trained.Entries, .. lemmas.Except(trained.Entries, StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The system before training: start values from named streams, whitening and word vectors fitted on the training split only.</summary>
    public static IMatchingSystem NewSystem(RunConfig config, PairDataset dataset, WordTokenizer vocabulary)
    {
        IMatchingSystem system = EmptySystem(config, dataset, vocabulary);
        system.Module.Initialise(config.Seed);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        PairSplit train = dataset.Split(config.Training.Split);
        WordVectors vectors = new(Concepts(dataset, train), new(config.WordNet ? WordNet.Open() : null), config.Backbone.WordDimension);
        Tensor words = vectors.Table(vocabulary.Entries, WordTokenizer.Marks.Count);
        using ImageBatch images = dataset.Images.Read(train.ImageRows);
        foreach (LightBackbone backbone in system.Module.modules().OfType<LightBackbone>())
        {
            backbone.SetWords(words);
            backbone.Whitening?.Fit(images.Values, RegionBlocks);
        }
        return system;
    }

    /// <summary>The system with its shapes only, to be filled from a checkpoint.</summary>
    public static IMatchingSystem EmptySystem(RunConfig config, PairDataset dataset, WordTokenizer vocabulary) =>
        Recipes.Create(config, () => new LightBackbone(vocabulary.VocabularySize, config.Backbone), () => TrainingCaptions(config, dataset));

    private static IReadOnlyList<IReadOnlyList<string>> TrainingCaptions(RunConfig config, PairDataset dataset) =>
        [.. dataset.Split(config.Training.Split).CaptionRows.Select(dataset.Caption).Distinct(StringComparer.Ordinal).Select(caption => (IReadOnlyList<string>)Words.Of(caption))];

    // Colours, gradients and colour histogram of a region, as GridFeatures joins them by default.
    private static readonly int[] RegionBlocks = [48, 36, 128];

    private static IReadOnlyList<IReadOnlyList<IReadOnlyList<string>>> Concepts(PairDataset dataset, PairSplit split) =>
        [.. split.CaptionRows.GroupBy(row => dataset.Group(dataset.ImageOf(row)))
            .Select(concept => (IReadOnlyList<IReadOnlyList<string>>)[.. concept.Select(dataset.Caption).Distinct().Select(caption => (IReadOnlyList<string>)Words.Of(caption))])];
}
