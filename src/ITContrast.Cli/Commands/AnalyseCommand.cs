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
        var run = new Argument<string?>("run") { Description = "A run with a checkpoint: its hash's beginning, or its folder.", Arity = ArgumentArity.ZeroOrOne };
        var images = new Option<string?>("--images") { Description = "Image embeddings [N, D], float32: .npy, or FILE.safetensors[:NAME]." };
        var captions = new Option<string?>("--captions") { Description = "Caption embeddings [M, D], likewise." };
        var imageOf = new Option<string?>("--image-of") { Description = "int64 .npy, one image row a caption (default: caption c belongs to image c / (M / N))." };
        var groups = new Option<string?>("--groups") { Description = "int64 .npy, one group an image: other images of a group are no negatives, and false negatives are counted." };
        var lengths = new Option<string?>("--lengths") { Description = "int64 .npy, words a caption: also recall by caption length." };
        var runs = new Option<string?>("--runs") { Description = "The folder of runs (default: runs)." };
        var split = new Option<string>("--split") { Description = "The split of a run's data set.", DefaultValueFactory = _ => "val" };
        var threads = new Option<int>("--threads") { Description = "Threads (default: one a core). No number changes with it." };
        var json = new Option<bool>("--json") { Description = "Print the numbers as JSON instead of text." };
        var html = new Option<string?>("--html") { Description = "Also write the paragraphs and charts into one HTML file." };
        var command = new Command("analyse", "See why negatives are hard: hardness, gradient mass, hubness, alignment, modality gap, false negatives.")
        {
            run, images, captions, imageOf, groups, lengths, runs, split, threads, json, html,
        };
        command.SetAction(parse =>
        {
            int workers = parse.GetValue(threads);
            if (workers < 0) throw new UserError($"--threads is 0 or more; found {workers}.");
            IReadOnlyList<IAnalysisResult> results = (parse.GetValue(run), parse.GetValue(images), parse.GetValue(captions)) switch
            {
                ({ } name, null, null) => OfRun(RunFolders.Store(parse.GetValue(runs)).Find(name), parse.GetRequiredValue(split), workers),
                (null, { } x, { } y) => OfFiles(x, y, parse.GetValue(imageOf), parse.GetValue(groups), parse.GetValue(lengths), workers),
                _ => throw new UserError("Give either a run, or both --images and --captions. See: ./itc analyse --help"),
            };
            if (parse.GetValue(html) is { } page) AnalysisPage.Write(results, page);
            Console.WriteLine(parse.GetValue(json)
                ? ReportJson.Text(new JsonObject(results.Select(result => KeyValuePair.Create(result.Name, (JsonNode?)result.ToJson()))))
                : string.Join("\n\n", results.Select(result => result.ToText())));
            return 0;
        });
        return command;
    }

    private static IReadOnlyList<IAnalysisResult> OfFiles(string imagePath, string captionPath, string? imageOfPath, string? groupPath, string? lengthPath, int threads)
    {
        using EmbeddingFile images = EmbeddingFile.Open(imagePath), captions = EmbeddingFile.Open(captionPath);
        long[]? groups = groupPath is null ? null : FileEvaluation.Integers(groupPath, images.Count, "one group an image");
        long[]? lengths = lengthPath is null ? null : FileEvaluation.Integers(lengthPath, captions.Count, "words a caption");
        int[] imageOf = FileEvaluation.ImageOf(imageOfPath, images.Count, captions.Count);
        using EmbeddedPairs pairs = EmbeddedPairs.Of(images, captions, imageOf, groups);
        DirectionReport Ranks() => FileEvaluation.Evaluate(images, captions, imageOf, RetrievalProtocol.Whole, new() { Threads = threads }).Folds[0].CaptionQuery;
        return [.. All(pairs, threads), .. Slices(Ranks, imageOf, groups, lengths)];
    }

    private static IReadOnlyList<IAnalysisResult> OfRun(RunFolder run, string splitName, int threads)
    {
        using var scope = torch.NewDisposeScope();
        using TrainedMatcher matcher = Systems.Systems.Load(run);
        using PairDataset dataset = LightRun.OpenData(RunResult.ReadConfig(run), store: RunStore.Of(run));
        PairSplit split = dataset.Split(splitName);
        long[] groups = [.. split.ImageRows.Select(dataset.Group)];
        var (images, captions) = matcher.Embed(dataset, split);
        using EmbeddedPairs pairs = EmbeddedPairs.Of(images, captions, split.ImageOf, groups);
        DirectionReport Ranks() => Retrieval.Evaluate(images, captions, split.ImageOf, new() { Threads = threads }).CaptionQuery;
        long[] lengths = [.. split.CaptionRows.Select(row => (long)Words.Of(dataset.Caption(row)).Count)];
        return [.. All(pairs, threads), .. Slices(Ranks, split.ImageOf, groups, lengths)];
    }

    private static IReadOnlyList<IAnalysisResult> All(EmbeddedPairs pairs, int threads)
    {
        List<IAnalysisResult> results =
        [
            Hardness.Measure(pairs, new() { Threads = threads }), GradientMass.Measure(pairs, threads: threads), Hubness.Measure(pairs, threads: threads),
            AlignmentUniformity.Measure(pairs, threads: threads), ModalityGap.Measure(pairs, threads: threads),
        ];
        if (pairs.HasGroups) results.Add(FalseNegatives.Measure(pairs, threads: threads));
        return results;
    }

    private static IEnumerable<IAnalysisResult> Slices(Func<DirectionReport> ranks, int[] imageOf, long[]? groups, long[]? lengths)
    {
        if (groups is null && lengths is null) yield break;
        DirectionReport captionQuery = ranks();
        if (lengths is not null) yield return RecallBySlice.Measure(captionQuery, lengths, "words");
        if (groups is not null) yield return RecallBySlice.Measure(captionQuery, [.. imageOf.Select(image => groups[image])], "group");
    }
}
