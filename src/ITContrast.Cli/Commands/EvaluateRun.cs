using System.Text.Json.Nodes;
using ITContrast.Evaluation;
using ITContrast.Evaluation.Corrections;
using ITContrast.Evaluation.Statistics;
using ITContrast.Torch;

namespace ITContrast.Cli.Commands;

/// <summary>One call of <c>itc evaluate</c>.</summary>
internal sealed class EvaluateRun
{
    public static IReadOnlyDictionary<string, ScoreCorrection> Corrections { get; } =
        ((ScoreCorrection[])[new InvertedSoftmax(), new Csls(), new Sinkhorn(), new QueryBankNorm(), new DualBankNorm()]).ToDictionary(c => c.Name);

    public string? Images { get; init; }
    public string? Captions { get; init; }
    public string? ImageOf { get; init; }
    public bool Distractors { get; init; }
    public required string Protocol { get; init; }
    public required string Precision { get; init; }
    public int Threads { get; init; }
    public bool Json { get; init; }
    public int Intervals { get; init; }
    public string? Families { get; init; }
    public string? Concepts { get; init; }
    public string? Labels { get; init; }
    public JudgementFiles? Judgements { get; init; }
    public string? Correction { get; init; }
    public string? ImageBank { get; init; }
    public string? CaptionBank { get; init; }
    public string? Shard { get; init; }
    public string[] Merge { get; init; } = [];
    public string? Output { get; init; }
    public string? Ranks { get; init; }
    public string? Against { get; init; }
    public string[] Seeds { get; init; } = [];
    public string[] Compare { get; init; } = [];
    public bool Memory { get; init; }

    public int Execute()
    {
        if (Merge.Length > 0) return Print(Merged());
        if (Images is null || Captions is null) throw new UserError("Give --images and --captions, or --merge with shard files. See: ./itc evaluate --help");
        if (Correction is null && (ImageBank ?? CaptionBank) is not null)
            throw new UserError("--bank-images and --bank-captions belong to --correction: say which.");
        if (Shard is null) Refuse("belongs to --shard; the report goes to the standard output", ("--out", Output is not null));
        var options = new RetrievalOptions { Precision = ParsePrecision(), Threads = Threads, Distractors = Distractors };
        using EmbeddingFile images = EmbeddingFile.Open(Images), captions = EmbeddingFile.Open(Captions);
        int[] imageOf = FileEvaluation.ImageOf(ImageOf, images.Count, captions.Count);
        JudgedSet[] judged = [.. EvaluateJudged.Sets(Concepts, Judgements, imageOf, images.Count)];
        if (Shard is not null)
        {
            RefuseProtocol();
            Refuse("is told by all shards together: give it with --merge", ("--ranks", Ranks is not null), ("--against", Against is not null),
                ("--intervals", Intervals > 0), ("--compare", Compare.Length > 0));
            RefuseInParts();
            return EvaluateShards.Write(Shard, Output, images, captions, imageOf, options, judged);
        }

        ProtocolReport report = FileEvaluation.Evaluate(images, captions, imageOf, Protocols.Parse(Protocol), options);
        JsonObject json = OfRanks(report, imageOf);
        if (judged.Length > 0)
            json["extended"] = EvaluateJudged.Json(
                judged.Select(set => KeyValuePair.Create(set.Name, FileEvaluation.Evaluate(images, captions, set, options))));
        if (Labels is not null)
        {
            var (ofImages, ofCaptions) = FileEvaluation.PlausibleMatch(images, captions, imageOf, Labels, options);
            json["pmrp"] = new JsonObject { ["image_query"] = ofImages, ["caption_query"] = ofCaptions };
        }
        AddCorrection(json, images, captions, imageOf, options);
        if (Memory) json["memory"] = EvaluateMemory.Json(images, captions);
        return Print(json);
    }

    // What ranks alone tell of, whether one machine counted them or shards.
    private JsonObject OfRanks(ProtocolReport report, int[] imageOf)
    {
        JsonObject json = ReportJson.Of(report);
        if (Ranks is not null) WriteRanks(report);
        if (Against is not null) json["against"] = EvaluateAgainst.Differences(OneFold(report, "--against"), Against);
        AddStatistics(json, report, imageOf);
        return json;
    }

    private JsonObject Merged()
    {
        RefuseProtocol();
        Refuse("belongs to the shards, which hold what came of it", ("--concepts", Concepts is not null), ("--eccv-… and --cxc", Judgements is not null),
            ("--shard", Shard is not null), ("--out", Output is not null));
        RefuseInParts();
        var (report, imageOf, judged) = EvaluateShards.Merge(Merge, ImageOf);
        JsonObject json = OfRanks(report, imageOf);
        if (judged.Count > 0) json["extended"] = EvaluateJudged.Json(judged);
        return json;
    }

    private void RefuseProtocol() =>
        Refuse("divides the test set, and shards rank everything against everything", ("--protocol", Protocol != "whole"));

    private void RefuseInParts() =>
        Refuse("needs the embeddings as a whole: leave --shard and --merge away", ("--labels", Labels is not null), ("--correction", Correction is not null),
            ("--memory", Memory));

    private static void Refuse(string because, params ReadOnlySpan<(string Option, bool Given)> options)
    {
        foreach (var (option, given) in options)
            if (given) throw new UserError($"{option} {because}.");
    }

    private int Print(JsonObject json)
    {
        Console.WriteLine(Json ? ReportJson.Text(json) : EvaluateTable.Text(json));
        return 0;
    }

    private ScorePrecision ParsePrecision() => Precision switch
    {
        "auto" => ScorePrecision.Auto,
        "single" => ScorePrecision.Single,
        "bfloat16" => ScorePrecision.BFloat16,
        "defined" => ScorePrecision.Defined,
        _ => throw new UserError($"--precision {Precision} is none of auto, single, bfloat16, defined."),
    };

    private RetrievalReport OneFold(ProtocolReport report, string option) => report.Folds.Count == 1
        ? report.Folds[0]
        : throw new UserError($"{option} needs one fold; protocol {Protocol} has {report.Folds.Count}.");

    private void WriteRanks(ProtocolReport report)
    {
        RetrievalReport fold = OneFold(report, "--ranks");
        foreach (var (name, direction) in (ReadOnlySpan<(string, DirectionReport)>)[("image", fold.ImageQuery), ("caption", fold.CaptionQuery)])
            NpyFile.Write($"{Ranks}.{name}.npy", [.. direction.Ranks.Select(rank => (long)rank)], direction.Queries);
    }

    // Intervals, and differences from other systems: both resample queries, so both need them all in one fold.
    private void AddStatistics(JsonObject json, ProtocolReport report, int[] imageOf)
    {
        if (Intervals == 0 && Compare.Length == 0)
        {
            if (Seeds.Length > 0) throw new UserError("--seeds belong to --intervals or --compare: say which.");
            return;
        }
        if (report.Folds.Count != 1 || report.Folds[0].CaptionQuery.Queries != imageOf.Length)
            throw new UserError($"--intervals and --compare need one fold with every image; protocol {Protocol} has parts.");
        EvaluateSamples samples = new(report.Folds[0], imageOf, Families);
        RetrievalSample[] own = [samples.Own, .. Seeds.Select(samples.Read)];
        BootstrapOptions options = Intervals == 0 ? new() : new() { Replicates = Intervals };
        if (Intervals > 0) json["intervals"] = ReportJson.Of(Bootstrap.Intervals(own, options));
        if (Compare.Length > 0) json["compared"] = samples.Compare(own, Compare, options);
    }

    private void AddCorrection(JsonObject json, EmbeddingFile images, EmbeddingFile captions, int[] imageOf, RetrievalOptions options)
    {
        if (Correction is null) return;
        if (!Corrections.TryGetValue(Correction, out ScoreCorrection? correction))
            throw new UserError($"--correction {Correction} is none of {string.Join(", ", Corrections.Keys)}.");
        using EmbeddingFile? imageBank = ImageBank is null ? null : EmbeddingFile.Open(ImageBank),
            captionBank = CaptionBank is null ? null : EmbeddingFile.Open(CaptionBank);
        CorrectedReport corrected = FileEvaluation.Correct(images, captions, imageOf, correction, imageBank, captionBank, options);
        JsonObject own = ReportJson.Of(Protocols.Whole(corrected.Ranks));
        (own["correction"], own["transductive"]) = (corrected.Correction, corrected.Transductive);
        json["corrected"] = own;
    }
}
