using System.CommandLine;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc evaluate</c>: exact retrieval metrics of anyone's embeddings, whole or in shards.</summary>
internal static class EvaluateCommand
{
    public static Command Build()
    {
        var embeddings = new Option<string?>("--embeddings")
        {
            Description = "A safetensors file with images, captions and image_of, as ./itc embed writes it: stands for the three options below.",
        };
        var images = new Option<string?>("--images") { Description = "Image embeddings [N, D], float32: .npy, or FILE.safetensors[:NAME]." };
        var captions = new Option<string?>("--captions") { Description = "Caption embeddings [M, D], likewise." };
        var imageOf = new Option<string?>("--image-of")
        {
            Description = "int64 .npy or FILE.safetensors:NAME, one image row a caption (default: caption c belongs to image c / (M / N)).",
        };
        var protocol = new Option<string>("--protocol")
        {
            Description = $"{string.Join(", ", Evaluation.Protocols.Names)}.",
            DefaultValueFactory = _ => "whole",
        };
        var precision = new Option<string>("--precision")
        {
            Description = "auto, single, bfloat16 or defined; the ranks are the same.",
            DefaultValueFactory = _ => "auto",
        };
        var threads = new Option<int>("--threads") { Description = "Threads (default: one a core)." };
        var json = new Option<bool>("--json")
        {
            Description =
                "Print JSON instead of a table, with stable names: protocol, folds, rsum, mean_recall, fold_rsum, precision; image_query and caption_query "
                + "with queries, gallery, r1, r5, r10, medr (floor of the median of the 0-based ranks, plus 1), meanr, tied_queries (a share), tie_warning, expected_r1, expected_r5, expected_r10 "
                + "(equal scores in random order); where asked for, intervals.METRIC.{value, low, high, standard_error}, compared.SYSTEM.METRIC.{difference, low, high, p, p_holm, smallest_detectable}, extended.SET.{queries, gallery, mean_positives, map_at_r, r_precision, r1, "
                + "r5, r10}, pmrp.{image_query, caption_query}, corrected (a report with correction and transductive), against.DIRECTION.{queries, differ, first}, memory.{peak_bytes, "
                + "embedding_bytes}. Percentages are 0 to 100.",
        };
        var intervals = new Option<int>("--intervals") { Description = "Bootstrap replicates for 95 % intervals, at least 100 (default: none)." };
        var families = new Option<string?>("--families") { Description = "int64 .npy, one family an image: what --intervals resamples (default: images)." };
        var seeds = new Option<string[]>("--seeds")
        {
            Description = "PREFIX of --ranks of the same system's other training seeds: --intervals and --compare then cover seeds, too.",
            AllowMultipleArgumentsPerToken = true,
        };
        var compare = new Option<string[]>("--compare")
        {
            Description =
                "PREFIX of another system's --ranks on the same test set (its seeds: PREFIX,PREFIX): this one minus that, with paired interval, permutation test, Holm's correction over the systems given, and the smallest detectable difference.",
            AllowMultipleArgumentsPerToken = true,
        };
        var concepts = new Option<string?>("--concepts")
        {
            Description = "int64 .npy, one concept an image: every image of a caption's concept is a positive too.",
        };
        var judgements = new JudgementOptions();
        var labels = new Option<string?>("--labels")
        {
            Description = "bool or uint8 .npy [N, L], an image's object classes: PMRP (R-precision over images with the same classes, up to 2).",
        };
        var correction = new Option<string?>("--correction")
        {
            Description =
                "Also with a hubness correction: "
                + string.Join(", ", EvaluateRun.Corrections.Keys)
                + "; transductive (it uses all test queries) unless both banks are given.",
        };
        var imageBank = new Option<string?>("--bank-images")
        {
            Description = "Embeddings of training images, from which --correction learns instead of the test images.",
        };
        var captionBank = new Option<string?>("--bank-captions") { Description = "Embeddings of training captions, likewise." };
        var shard = new Option<string?>("--shard")
        {
            Description = "i/n, from 0/n: count only this part of the gallery, judgements and concepts included, and write it to --out.",
        };
        var merge = new Option<string[]>("--merge") { Description = "Shard files to add up to the whole report.", AllowMultipleArgumentsPerToken = true };
        var output = new Option<string?>("--out") { Description = "Where --shard writes." };
        var ranks = new Option<string?>("--ranks") { Description = "Also write PREFIX.image.npy and PREFIX.caption.npy, the 0-based ranks (one fold only)." };
        var against = new Option<string?>("--against")
        {
            Description = "Compare with PREFIX.image.npy and PREFIX.caption.npy, another program's 0-based ranks, and list the queries that differ.",
        };
        var memory = new Option<bool>("--memory") { Description = "Also report the process's peak memory." };
        var distractors = new Option<bool>("--distractors")
        {
            Description = "Images without a caption (with --image-of) stay in the gallery and are not asked; otherwise they are an error.",
        };
        var command = new Command("evaluate", "Recall@K and more from embedding files, exact for every machine and thread count.")
        {
            embeddings,
            images,
            captions,
            imageOf,
            distractors,
            protocol,
            precision,
            threads,
            json,
            intervals,
            families,
            seeds,
            compare,
            concepts,
            labels,
            judgements.Eccv,
            judgements.EccvCaptions,
            judgements.Cxc,
            judgements.ImageIds, judgements.CaptionIds, correction, imageBank, captionBank, shard, merge, output, ranks, against, memory,
        };
        command.SetAction(parse => new EvaluateRun
        {
            Images = parse.GetValue(images) ?? Part(parse, "images"),
            Captions = parse.GetValue(captions) ?? Part(parse, "captions"),
            ImageOf = parse.GetValue(imageOf) ?? Part(parse, "image_of"),
            Protocol = parse.GetValue(protocol)!,
            Precision = parse.GetValue(precision)!,
            Threads = parse.GetValue(threads),
            Json = parse.GetValue(json),
            Intervals = parse.GetValue(intervals),
            Families = parse.GetValue(families),
            Seeds = parse.GetValue(seeds) ?? [],
            Compare = parse.GetValue(compare) ?? [],
            Labels = parse.GetValue(labels),
            Distractors = parse.GetValue(distractors),
            ImageBank = parse.GetValue(imageBank),
            CaptionBank = parse.GetValue(captionBank),
            Against = parse.GetValue(against),
            Memory = parse.GetValue(memory),
            Concepts = parse.GetValue(concepts),
            Judgements = judgements.Read(parse),
            Correction = parse.GetValue(correction),
            Shard = parse.GetValue(shard),
            Merge = parse.GetValue(merge) ?? [],
            Output = parse.GetValue(output),
            Ranks = parse.GetValue(ranks),
        }.Execute());
        return command;

        string? Part(ParseResult parse, string name) => parse.GetValue(embeddings) is { } file ? $"{file}:{name}" : null;
    }
}
