using System.CommandLine;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc evaluate</c>: exact retrieval metrics of anyone's embeddings, whole or in shards.</summary>
internal static class EvaluateCommand
{
    public static Command Build()
    {
        var images = new Option<string?>("--images") { Description = "Image embeddings [N, D], float32: .npy, or FILE.safetensors[:NAME]." };
        var captions = new Option<string?>("--captions") { Description = "Caption embeddings [M, D], likewise." };
        var imageOf = new Option<string?>("--image-of") { Description = "int64 .npy, one image row a caption (default: caption c belongs to image c / (M / N))." };
        var protocol = new Option<string>("--protocol") { Description = $"{string.Join(", ", Evaluation.Protocols.Names)}.", DefaultValueFactory = _ => "whole" };
        var precision = new Option<string>("--precision") { Description = "auto, single, bfloat16 or defined; the ranks are the same.", DefaultValueFactory = _ => "auto" };
        var threads = new Option<int>("--threads") { Description = "Threads (default: one a core)." };
        var json = new Option<bool>("--json") { Description = "Print JSON with stable names instead of a table." };
        var intervals = new Option<int>("--intervals") { Description = "Bootstrap replicates for 95 % intervals, at least 100 (default: none)." };
        var families = new Option<string?>("--families") { Description = "int64 .npy, one family an image: what --intervals resamples (default: images)." };
        var concepts = new Option<string?>("--concepts") { Description = "int64 .npy, one concept an image: every image of a caption's concept is a positive too." };
        var judgements = new JudgementOptions();
        var correction = new Option<string?>("--correction") { Description = "Also with a transductive hubness correction: " + string.Join(", ", EvaluateRun.Corrections.Keys) + "." };
        var shard = new Option<string?>("--shard") { Description = "i/n, from 0/n: count only this part of the gallery, and write it to --out." };
        var merge = new Option<string[]>("--merge") { Description = "Shard files to add up to the whole report.", AllowMultipleArgumentsPerToken = true };
        var output = new Option<string?>("--out") { Description = "Where --shard writes." };
        var ranks = new Option<string?>("--ranks") { Description = "Also write PREFIX.image.npy and PREFIX.caption.npy, the 0-based ranks (one fold only)." };
        var command = new Command("evaluate", "Recall@K and more from embedding files, exact for every machine and thread count.")
        {
            images, captions, imageOf, protocol, precision, threads, json, intervals, families, concepts, judgements.Eccv, judgements.EccvCaptions, judgements.Cxc,
            judgements.ImageIds, judgements.CaptionIds, correction, shard, merge, output, ranks,
        };
        command.SetAction(parse => new EvaluateRun
        {
            Images = parse.GetValue(images),
            Captions = parse.GetValue(captions),
            ImageOf = parse.GetValue(imageOf),
            Protocol = parse.GetValue(protocol)!,
            Precision = parse.GetValue(precision)!,
            Threads = parse.GetValue(threads),
            Json = parse.GetValue(json),
            Intervals = parse.GetValue(intervals),
            Families = parse.GetValue(families),
            Concepts = parse.GetValue(concepts),
            Judgements = judgements.Read(parse),
            Correction = parse.GetValue(correction),
            Shard = parse.GetValue(shard),
            Merge = parse.GetValue(merge) ?? [],
            Output = parse.GetValue(output),
            Ranks = parse.GetValue(ranks),
        }.Execute());
        return command;
    }
}
