using System.CommandLine;
using System.Text.Json.Nodes;
using ITContrast.Analysis;
using ITContrast.Data;
using ITContrast.Evaluation;
using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Text;
using ITContrast.Training;
using TorchSharp;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc analyse</c>: hardness, hubness, geometry of anyone's embeddings, or of a run's.</summary>
internal static class AnalyseCommand
{
    public static Command Build()
    {
        var run = new Argument<string?>("run")
        {
            Description = "A run with a checkpoint: its hash's beginning, or its folder.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var images = new Option<string?>("--images") { Description = "Image embeddings [N, D], float32: .npy, or FILE.safetensors[:NAME]." };
        var captions = new Option<string?>("--captions") { Description = "Caption embeddings [M, D], likewise." };
        var imageOf = new Option<string?>("--image-of")
        {
            Description = "int64 .npy, one image row a caption (default: caption c belongs to image c / (M / N)).",
        };
        var groups = new Option<string?>("--groups")
        {
            Description = "int64 .npy, one group an image: other images of a group are no negatives, and false negatives are counted.",
        };
        var lengths = new Option<string?>("--lengths") { Description = "int64 .npy, words a caption: also recall by caption length." };
        var runs = new Option<string?>("--runs") { Description = "The folder of runs (default: runs)." };
        var split = new Option<string>("--split") { Description = "The split of a run's data set.", DefaultValueFactory = _ => "val" };
        var threads = new Option<int>("--threads") { Description = "Threads (default: one a core). No number changes with it." };
        var json = new Option<bool>("--json") { Description = "Print the numbers as JSON instead of text." };
        var html = new Option<string?>("--html") { Description = "Also write the paragraphs and charts into one HTML file." };
        var drift = new Option<string[]>("--drift")
        {
            Description =
                "STEP:FILE STEP:FILE …, the same items encoded at two steps or more (.npy or safetensors [N, D]): also the drift of queue keys by age.",
            AllowMultipleArgumentsPerToken = true,
        };
        var corrections = new Option<bool>("--corrections")
        {
            Description = "Also hubness and R@1 under each test-time correction (several passes over all scores).",
        };
        BrowserOptions browser = new();
        JudgementOptions judgements = new();
        var command = new Command(
            "analyse",
            "See why negatives are hard: hardness, gradient mass, synthesised negatives, hubness, alignment, modality gap, false negatives, and a retrieval browser."
        )
        {
            run,
            images,
            captions,
            imageOf,
            groups,
            lengths,
            runs,
            split,
            threads,
            json,
            html,
            drift,
            corrections,
            browser.Browse,
            browser.Texts,
            browser.Pictures,
            judgements.Eccv, judgements.EccvCaptions, judgements.Cxc, judgements.ImageIds, judgements.CaptionIds,
        };
        command.SetAction(parse =>
        {
            int workers = parse.GetValue(threads);
            if (workers < 0) throw new UserError($"--threads is 0 or more; found {workers}.");
            Wanted wanted = new(workers, parse.GetValue(corrections), browser.Read(parse), judgements.Read(parse));
            List<IAnalysisResult> results = [.. (parse.GetValue(run), parse.GetValue(images), parse.GetValue(captions)) switch
            {
                ({ } name, null, null) => OfRun(RunFolders.Store(parse.GetValue(runs)).Find(name), parse.GetRequiredValue(split), wanted),
                (null, { } x, { } y) => OfFiles(x, y, parse.GetValue(imageOf), parse.GetValue(groups), parse.GetValue(lengths), wanted),
                (null, null, null) when parse.GetValue(drift) is { Length: > 0 } => [],
                _ => throw new UserError("Give either a run, or both --images and --captions. See: ./itc analyse --help"),
            }];
            if (parse.GetValue(drift) is { Length: > 0 } snapshots) results.Add(Drift(snapshots));
            if (parse.GetValue(html) is { } page) AnalysisPage.Write(results, page);
            Console.WriteLine(parse.GetValue(json)
                ? ReportJson.Text(new JsonObject(results.Select(result => KeyValuePair.Create(result.Name, (JsonNode?)result.ToJson()))))
                : string.Join("\n\n", results.Select(result => result.ToText())));
            return 0;
        });
        return command;
    }

    private static IReadOnlyList<IAnalysisResult> OfFiles(
        string imagePath, string captionPath, string? imageOfPath, string? groupPath, string? lengthPath, Wanted wanted)
    {
        using EmbeddingFile images = EmbeddingFile.Open(imagePath), captions = EmbeddingFile.Open(captionPath);
        long[]? groups = groupPath is null ? null : FileEvaluation.Integers(groupPath, images.Count, "one group an image");
        long[]? lengths = lengthPath is null ? null : FileEvaluation.Integers(lengthPath, captions.Count, "words a caption");
        int[] imageOf = FileEvaluation.ImageOf(imageOfPath, images.Count, captions.Count);
        using EmbeddedPairs pairs = EmbeddedPairs.Of(images, captions, imageOf, groups);
        DirectionReport Ranks() =>
            FileEvaluation.Evaluate(images, captions, imageOf, RetrievalProtocol.Whole, new() { Threads = wanted.Threads }).Folds[0].CaptionQuery;
        return
        [
            .. All(pairs, wanted),
            .. wanted.Judgements is { } files ? Judged(pairs, files, wanted.Threads) : [],
            .. wanted.Browser is { } page ? page.Write(pairs, imageOf, wanted.Threads, null, null) : [],
            .. Slices(Ranks, imageOf, groups, lengths)];
    }

    private static IReadOnlyList<IAnalysisResult> OfRun(RunFolder run, string splitName, Wanted wanted)
    {
        using var scope = torch.NewDisposeScope();
        using TrainedMatcher matcher = Systems.Systems.Load(run);
        RunConfig config = RunResult.ReadConfig(run);
        using PairDataset dataset = LightRun.OpenData(config, store: RunStore.Of(run));
        PairSplit split = dataset.Split(splitName);
        long[] groups = [.. split.ImageRows.Select(dataset.Group)];
        var (images, captions) = matcher.Embed(dataset, split);
        using EmbeddedPairs pairs = EmbeddedPairs.Of(images, captions, split.ImageOf, groups);
        DirectionReport Ranks() => Retrieval.Evaluate(images, captions, split.ImageOf, new() { Threads = wanted.Threads }).CaptionQuery;
        long[] lengths = [.. split.CaptionRows.Select(row => (long)Words.Of(dataset.Caption(row)).Count)];
        if (wanted.Judgements is not null)
            throw new UserError("Judgements are read for files of embeddings (--images, --captions); the embedded data set has groups instead.");
        using PairDataset? pictures = wanted.Browser is null ? null : LightRun.OpenPictures(config);
        Dictionary<long, string> concepts = split.ImageOf.Select((image, caption) => (Group: groups[image], caption)).DistinctBy(pair => pair.Group)
            .ToDictionary(pair => pair.Group, pair => $"“{dataset.Caption(split.CaptionRows[pair.caption])}”");
        return [.. All(pairs, wanted), .. wanted.Browser is { } page
            ? page.Write(
                pairs,
                split.ImageOf,
                wanted.Threads,
                row => dataset.Caption(split.CaptionRows[row]),
                pictures is null ? null : row => pictures.Images.Picture(split.ImageRows[row]))
            : [],
            .. Slices(Ranks, split.ImageOf, groups, lengths, group => concepts[group])];
    }

    private static IReadOnlyList<IAnalysisResult> All(EmbeddedPairs pairs, Wanted wanted)
    {
        int threads = wanted.Threads;
        List<IAnalysisResult> results =
        [
            Hardness.Measure(pairs, new() { Threads = threads }), GradientMass.Measure(pairs, threads: threads), Hubness.Measure(pairs, threads: threads),
            AlignmentUniformity.Measure(pairs, threads: threads), ModalityGap.Measure(pairs, threads: threads),
        ];
        if (pairs.ImageCount >= 3) results.Add(SyntheticNegatives.Measure(pairs));
        if (wanted.Corrections) results.Add(HubnessCorrections.Measure(pairs, threads: threads));
        if (pairs.HasGroups) results.Add(FalseNegatives.Measure(pairs, threads: threads));
        return results;
    }

    private static IEnumerable<IAnalysisResult> Slices(
        Func<DirectionReport> ranks, int[] imageOf, long[]? groups, long[]? lengths, Func<long, string>? name = null)
    {
        if (groups is null && lengths is null) yield break;
        DirectionReport captionQuery = ranks();
        if (lengths is not null) yield return RecallBySlice.Measure(captionQuery, lengths, "words");
        if (groups is not null)
            yield return RecallBySlice.Measure(captionQuery, [.. imageOf.Select(image => groups[image])], "group", name ?? (group => $"group {group}"));
    }

    private static IEnumerable<IAnalysisResult> Judged(EmbeddedPairs pairs, JudgementFiles files, int threads)
    {
        long[] imageIds = FileEvaluation.Integers(files.ImageIds!, pairs.ImageCount, "one id an image"),
            captionIds = FileEvaluation.Integers(files.CaptionIds!, pairs.CaptionCount, "one id a caption");
        (string, bool ImageQuery, Judgements Judgements)[] sets = [.. files.Sets()];
        foreach (var pair in sets.GroupBy(set => set.Item1.Split('.')[0]))
        {
            int[][] Rows(bool imageQuery) => pair.FirstOrDefault(set => set.ImageQuery == imageQuery).Judgements is { } judged
                ? judged.ToRows(imageQuery ? imageIds : captionIds, imageQuery ? captionIds : imageIds)
                : throw new UserError($"False negatives by {pair.Key} need both directions: give --eccv-images and --eccv-captions.");
            yield return FalseNegatives.Measure(pairs, Rows(false), Rows(true), threads: threads) with { Judges = pair.Key };
        }
    }

    private static QueueDriftReport Drift(string[] snapshots)
    {
        List<(long Step, EmbeddingFile Keys)> files = [];
        try
        {
            foreach (string snapshot in snapshots)
            {
                string[] parts = snapshot.Split(':', 2);
                if (parts.Length != 2 || !long.TryParse(parts[0], out long step))
                    throw new UserError($"--drift takes STEP:FILE, as in 1000:keys.npy; found {snapshot}.");
                files.Add((step, EmbeddingFile.Open(parts[1])));
            }
            return QueueDrift.Measure([.. files.OrderBy(file => file.Step)]);
        }
        finally
        {
            foreach ((_, EmbeddingFile keys) in files) keys.Dispose();
        }
    }

    /// <summary>What was asked for beside the embeddings.</summary>
    private sealed record Wanted(int Threads, bool Corrections, BrowserFiles? Browser, JudgementFiles? Judgements);
}
