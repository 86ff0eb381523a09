using System.CommandLine;
using ITContrast.Experiments.Slurm;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc shards</c>: an evaluation in shards as a job array, merged by a dependent task.</summary>
internal static class EvaluateOnSlurm
{
    public static Command Build()
    {
        var embeddings = new Option<string?>("--embeddings")
        {
            Description = "As for evaluate, on a path that all machines see; it need not be there yet with --after.",
        };
        var images = new Option<string?>("--images") { Description = "Image embeddings, likewise." };
        var captions = new Option<string?>("--captions") { Description = "Caption embeddings, likewise." };
        var imageOf = new Option<string?>("--image-of") { Description = "int64 .npy, one image row a caption (default: as evaluate)." };
        var distractors = new Option<bool>("--distractors") { Description = "As for evaluate." };
        var output = new Option<string>("--out") { Description = "The folder for shards and report.txt; all machines see it.", Required = true };
        var json = new Option<bool>("--json") { Description = "The report as JSON." };
        var shards = new ShardOptions("");
        var command = new Command("shards", "Evaluate in shards on a Slurm cluster; the merged report equals one machine's.")
        {
            embeddings,
            images,
            captions,
            imageOf,
            distractors,
            output,
            json,
        };
        shards.AddTo(command);
        command.SetAction(parse =>
        {
            string? whole = parse.GetValue(embeddings) is { } all ? Path.GetFullPath(all) : null;
            string File(Option<string?> option, string part) =>
                parse.GetValue(option) is { } path ? Path.GetFullPath(path)
                : whole is not null ? $"{whole}:{part}"
                : throw new UserError("Give --images and --captions, or --embeddings.");
            string[] owners = whole is not null || parse.GetValue(imageOf) is not null ? ["--image-of", File(imageOf, "image_of")] : [];
            string[] files =
            [
                "--images", File(images, "images"), "--captions", File(captions, "captions"), .. owners,
                .. parse.GetValue(distractors) ? (string[])["--distractors"] : [],
            ];
            string report = Path.Combine(Path.GetFullPath(parse.GetRequiredValue(output)), "report.txt");
            return shards.Submit(
                parse, ShardedWork.Evaluation(files, [.. owners, .. parse.GetValue(json) ? (string[])["--json"] : []], shards.Settings(parse), report),
                parse.GetRequiredValue(output), report);
        });
        return command;
    }
}
