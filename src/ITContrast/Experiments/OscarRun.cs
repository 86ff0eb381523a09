using ITContrast.Data;
using ITContrast.Data.Scenes;
using ITContrast.Encoders;
using ITContrast.Encoders.Oscar;
using ITContrast.Losses;
using ITContrast.Synthesis;
using ITContrast.Systems;
using ITContrast.Systems.Oscar;
using ITContrast.Text;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments;

/// <summary>Makes the parts of a run of an OSCAR system out of its configuration, as <see cref="LightRun"/> does for the light backbone.</summary>
public static class OscarRun
{
    /// <summary>The OSCAR systems: pre-training, the matcher's fine-tuning, the bi-encoder's.</summary>
    public static IReadOnlyList<string> Names { get; } = ["oscar-pretrain", "oscar-match", "oscar"];

    /// <summary>The configuration, able to find or compute the run that it begins with.</summary>
    internal static RunConfig WithWeights(RunConfig config, RunStore store, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        if (config.Oscar?.Pretraining is not { } before) return config;
        return config with { Oscar = config.Oscar with { Weights = () => Checkpoint(Experiment.Run(before, store, progress, cancellation).Folder) } };
    }

    /// <summary>
    /// Opens the data set: the synthetic world's objects, a source's regions, or regions of a grid over its pixels or pictocap's; with boxes behind their
    /// features.
    /// </summary>
    /// <exception cref="DataException">The images are one vector each, or regions of another width than a published model reads.</exception>
    internal static PairDataset OpenData(RunConfig config, OscarOptions oscar, string? folder)
    {
        PairDataset data = oscar.Scenes is { } scenes ? SyntheticScenes.Open(scenes with { Kind = ImageKind.Regions })
            : config.Data is { } source ? DatasetSources.Open(source) : PictoCap.Open(folder, config.Division);
        try
        {
            if (data.Images.Kind == ImageKind.Pixels) data = GridFeatures.Of(data);
            return BoxedRegions.ForOscar(data, oscar.Published?.Model.RegionWidth);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Words of the training captions and tags; of the pre-training's where there is one, since its word embeddings are taken over; a published model's word
    /// pieces.
    /// </summary>
    internal static ITokenizer Vocabulary(RunConfig config, OscarOptions oscar, PairDataset dataset)
    {
        if (oscar.Published is { } published) return OscarCheckpoint.Vocabulary(published.Folder, published.Model);
        if (oscar.Pretraining is { Oscar: { } earlier } before)
        {
            using PairDataset corpus = OpenData(before, earlier, null);
            return Vocabulary(before, earlier, corpus);
        }
        PairSplit split = dataset.Split(config.Training.Split);
        Func<int, string> tags = Tags(config, oscar, dataset);
        return WordTokenizer.Build(
            split.CaptionRows.Select(dataset.Caption).Distinct(StringComparer.Ordinal).Concat(split.ImageRows.Select(tags).Distinct(StringComparer.Ordinal)));
    }

    /// <summary>The system before training: start values from named streams, or the earlier run's weights.</summary>
    /// <exception cref="DataException">A caption is longer than the model reads.</exception>
    internal static IMatchingSystem NewSystem(RunConfig config, OscarOptions oscar, PairDataset dataset, ITokenizer vocabulary)
    {
        RequireRoom(config, oscar.Published?.Model.Positions ?? oscar.Positions, dataset, vocabulary);
        IMatchingSystem system = EmptySystem(config, oscar, dataset, vocabulary);
        try
        {
            foreach (nn.Module part in system.Module.named_children().Select(child => child.module))
                if (part is OscarModel or MaskedTokenHead or TorchSharp.Modules.Linear)
                    BertInitialisation.Fill(part, oscar.Published?.Model.Hidden ?? oscar.Hidden, config.Seed);
                else part.Initialise(config.Seed);
            if (oscar.Pretraining is null)
            {
                if (oscar.Published is { } published) OscarCheckpoint.Load(published.Folder, system.Module.modules().OfType<OscarModel>().Single());
                return system;
            }
            if (oscar.Weights is null)
                throw new InvalidOperationException(
                    "The configuration names a run to begin with, but not where its weights are: run it through Experiment.Run.");
            OscarWeights.Load(system.Module.modules().OfType<OscarModel>().Single(), oscar.Weights());
            return system;
        }
        catch
        {
            system.Dispose();
            throw;
        }
    }

    /// <summary>The system with its shapes only.</summary>
    internal static IMatchingSystem EmptySystem(RunConfig config, OscarOptions oscar, PairDataset dataset, ITokenizer vocabulary)
    {
        OscarMarks marks = OscarMarks.Of(vocabulary);
        OscarModel model = new(oscar.Model(marks.Vocabulary, (int)dataset.Images.RowShape[1])) { RecomputeLayers = oscar.RecomputeLayers };
        OscarEncoder encoder = new(model, marks.Start, oscar.Pooling);
        OscarPasses passes = new(oscar.Narrow);
        switch (config.System)
        {
            case "oscar-pretrain":
                Func<int, string> text = Tags(config, oscar, dataset);
                Dictionary<int, int[]> known = [];
                return new OscarPretraining(encoder, marks, vocabulary.IsSpecial, row =>
                {
                    int image = dataset.Table.ImageOf(row);
                    return known.TryGetValue(image, out int[]? tags) ? tags : known[image] = vocabulary.Encode(text(image))[1..^1];
                }, passes);
            case "oscar-match":
                return new OscarMatching(encoder, passes);
            case "oscar":
                MethodConfig method = config.Method ?? new() { Operators = [] };
                INegativeSynthesis[] operators =
                [
                    .. method.Operators.Select(name => Operators.Create(name, method.Synthesised, method.Synthesis.Hardest, method.Representatives)),
                ];
                return new OscarTuning(
                    new ITContrastSystem(
                        oscar.Chunk > 0 ? new ChunkedEncoder(encoder, oscar.Chunk) : encoder,
                        new HardNegativeLoss(method.Loss),
                    operators.Length == 0 ? null : new NegativeSynthesizer(operators, method.Synthesis)), passes);
            default:
                throw new ArgumentException($"'{config.System}' is no OSCAR system; there are: {string.Join(", ", Names)}.");
        }
    }

    /// <summary>Loads a finished <c>oscar-match</c> run as matcher for re-ranking, with the vocabulary it reads.</summary>
    /// <exception cref="DataException">The folder holds another system's run, or no checkpoint.</exception>
    public static (OscarPairMatcher Matcher, ITokenizer Vocabulary) LoadMatcher(RunFolder run)
    {
        RunConfig config = RunResult.ReadConfig(run);
        if (config.System != "oscar-match")
            throw new DataException($"{run.Path}: expected a run of oscar-match, found {config.System}. Train a matcher with: itc oscar match");
        TrainedMatcher loaded = Systems.Systems.Load(run);
        return (new((OscarMatching)loaded.System), loaded.Tokenizer);
    }

    // Told before an epoch is spent, and with the caption's row, which a batch of token ids no longer knows.
    private static void RequireRoom(RunConfig config, int positions, PairDataset dataset, ITokenizer vocabulary)
    {
        (string, int)[] cuts = [(config.Training.Split, new CollateOptions().MaximumTokens), ("val", CaptionBatch.MaximumTokens), ("test", CaptionBatch.MaximumTokens)];
        foreach ((string split, int cut) in cuts)
        {
            if (cut <= positions) continue;
            foreach (int row in dataset.Split(split).CaptionRows)
                if (vocabulary.Encode(dataset.Caption(row)).Length is var tokens && tokens > positions)
                    throw DataException.At(dataset.Name, $"caption row {row}", $"at most {positions} tokens, marks included, as the model has positions",
                        $"{tokens} in \"{dataset.Caption(row)}\"", "Shorten the caption, or begin with a model of more positions.");
        }
    }

    private static string Checkpoint(RunFolder run) => run.HasCheckpoint
        ? run.CheckpointPath
        : throw new DataException(
            $"{run.Path}: the run is finished but has no checkpoint (committed runs carry none). Compute it in another store: --runs FOLDER");

    // A detector's classes: known for scenes and as far as a source has them; for pictocap the drawing's Unicode subgroup stands for them.
    private static Func<int, string> Tags(RunConfig config, OscarOptions oscar, PairDataset dataset)
    {
        if (oscar.Scenes is not null || config.Data is not null) return row => string.Join(' ', dataset.Table.Tags(row));
        PictoCapImage[] images = PictoCap.ReadImages();
        return row => images[row].Subcategory.Replace('-', ' ');
    }
}
