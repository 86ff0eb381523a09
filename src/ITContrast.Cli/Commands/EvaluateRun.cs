using System.Text.Json.Nodes;
using ITContrast.Evaluation;
using ITContrast.Evaluation.Corrections;
using ITContrast.Evaluation.Sharding;
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
    public required string Protocol { get; init; }
    public required string Precision { get; init; }
    public int Threads { get; init; }
    public bool Json { get; init; }
    public int Intervals { get; init; }
    public string? Families { get; init; }
    public string? Concepts { get; init; }
    public JudgementFiles? Judgements { get; init; }
    public string? Correction { get; init; }
    public string? Shard { get; init; }
    public string[] Merge { get; init; } = [];
    public string? Output { get; init; }
    public string? Ranks { get; init; }

    public int Execute()
    {
        if (Merge.Length > 0) return Print(Merged());
        if (Images is null || Captions is null) throw new UserError("Give --images and --captions, or --merge with shard files. See: ./itc evaluate --help");
        var options = new RetrievalOptions { Precision = ParsePrecision(), Threads = Threads };
        using EmbeddingFile images = EmbeddingFile.Open(Images), captions = EmbeddingFile.Open(Captions);
        int[] imageOf = FileEvaluation.ImageOf(ImageOf, images.Count, captions.Count);
        if (Shard is not null) return WriteShard(images, captions, imageOf, options);

        ProtocolReport report = FileEvaluation.Evaluate(images, captions, imageOf, Protocols.Parse(Protocol), options);
        if (Ranks is not null) WriteRanks(report);
        JsonObject json = ReportJson.Of(report);
        AddIntervals(json, report, imageOf);
        AddExtended(json, images, captions, imageOf, options);
        AddCorrection(json, images, captions, imageOf, options);
        return Print(json);
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

    private JsonObject Merged()
    {
        ShardCounts[] shards = [.. Merge.Select(ShardFile.Read)];
        ShardIdentity identity = shards[0].Identity;
        RetrievalReport report = ShardMerge.Merge(shards, FileEvaluation.ImageOf(ImageOf, identity.ImageRows, identity.CaptionRows));
        return ReportJson.Of(Protocols.Whole(report));
    }

    private int WriteShard(EmbeddingFile images, EmbeddingFile captions, int[] imageOf, RetrievalOptions options)
    {
        if (Shard!.Split('/') is not [var part, var parts] || !int.TryParse(part, out int i) || !int.TryParse(parts, out int n) || n < 1 || i < 0 || i >= n)
            throw new UserError($"--shard {Shard} is no i/n with 0 <= i < n; write for example --shard 0/4.");
        if (Output is null) throw new UserError("--shard needs --out FILE to write to.");
        if (Protocol != "whole") throw new UserError("Shards rank everything against everything: leave --protocol away.");
        ShardFile.Write(Output, ShardCounts.Compute(images, captions, imageOf, i, n, options));
        Console.WriteLine($"shard {i} of {n}: {Output}");
        return 0;
    }

    private void WriteRanks(ProtocolReport report)
    {
        if (report.Folds.Count != 1) throw new UserError($"--ranks needs one fold; protocol {Protocol} has {report.Folds.Count}.");
        foreach (var (name, direction) in (ReadOnlySpan<(string, DirectionReport)>)[("image", report.Folds[0].ImageQuery), ("caption", report.Folds[0].CaptionQuery)])
            NpyFile.Write($"{Ranks}.{name}.npy", [.. direction.Ranks.Select(rank => (long)rank)], direction.Queries);
    }

    private void AddIntervals(JsonObject json, ProtocolReport report, int[] imageOf)
    {
        if (Intervals == 0) return;
        if (report.Folds.Count != 1 || report.Folds[0].CaptionQuery.Queries != imageOf.Length)
            throw new UserError($"--intervals needs one fold with every image; protocol {Protocol} has parts.");
        int[]? groups = Families is null ? null : Numbered(FileEvaluation.Integers(Families, report.ImageQuery.Queries, "one family an image"));
        var sample = new RetrievalSample(report.Folds[0], imageOf, groups);
        json["intervals"] = ReportJson.Of(Bootstrap.Intervals([sample], new() { Replicates = Intervals }));
    }

    private void AddExtended(JsonObject json, EmbeddingFile images, EmbeddingFile captions, int[] imageOf, RetrievalOptions options)
    {
        var extended = new JsonObject();
        if (Concepts is not null)
        {
            long[] ofImages = FileEvaluation.Integers(Concepts, images.Count, "one concept an image"), ofCaptions = [.. imageOf.Select(image => ofImages[image])];
            extended["concepts.image_query"] = ReportJson.Of(FileEvaluation.Evaluate(
                images, captions, Evaluation.Judgements.ByGroup(ofImages, ofCaptions), options));
            extended["concepts.caption_query"] = ReportJson.Of(FileEvaluation.Evaluate(
                captions, images, Evaluation.Judgements.ByGroup(ofCaptions, ofImages), options));
        }
        if (Judgements is not null)
        {
            long[] imageIds = FileEvaluation.Integers(Judgements.ImageIds!, images.Count, "one id an image");
            long[] captionIds = FileEvaluation.Integers(Judgements.CaptionIds!, captions.Count, "one id a caption");
            foreach (var (name, imageQuery, judged) in Judgements.Sets())
                extended[name] = ReportJson.Of(imageQuery
                    ? FileEvaluation.Evaluate(images, captions, judged.ToRows(imageIds, captionIds), options)
                    : FileEvaluation.Evaluate(captions, images, judged.ToRows(captionIds, imageIds), options));
        }
        if (extended.Count > 0) json["extended"] = extended;
    }

    private void AddCorrection(JsonObject json, EmbeddingFile images, EmbeddingFile captions, int[] imageOf, RetrievalOptions options)
    {
        if (Correction is null) return;
        if (!Corrections.TryGetValue(Correction, out ScoreCorrection? correction))
            throw new UserError($"--correction {Correction} is none of {string.Join(", ", Corrections.Keys)}.");
        CorrectedReport corrected = FileEvaluation.Correct(images, captions, imageOf, correction, options);
        JsonObject own = ReportJson.Of(Protocols.Whole(corrected.Ranks));
        (own["correction"], own["transductive"]) = (corrected.Correction, corrected.Transductive);
        json["corrected"] = own;
    }

    private static int[] Numbered(long[] values)
    {
        long[] distinct = [.. values.Distinct().Order()];
        return [.. values.Select(value => Array.BinarySearch(distinct, value))];
    }
}
