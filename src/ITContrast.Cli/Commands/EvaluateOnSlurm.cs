using System.CommandLine;
using ITContrast.Experiments.Slurm;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc shards</c>: an evaluation in shards as a job array, merged by a dependent task.</summary>
internal static class EvaluateOnSlurm
{
    public static Command Build()
    {
        var images = new Option<string>("--images") { Description = "Image embeddings, as for evaluate, on a path that all machines see.", Required = true };
        var captions = new Option<string>("--captions") { Description = "Caption embeddings, likewise.", Required = true };
        var imageOf = new Option<string?>("--image-of") { Description = "int64 .npy, one image row a caption (default: as evaluate)." };
        var shards = new Option<int>("--shards") { Description = "How many.", DefaultValueFactory = _ => 8 };
        var output = new Option<string>("--out") { Description = "The folder for shards and report.txt; all machines see it.", Required = true };
        var settings = new Option<string?>("--settings") { Description = "As for: itc ablate --on slurm." };
        var json = new Option<bool>("--json") { Description = "The report as JSON." };
        var command = new Command("shards", "Evaluate in shards on a Slurm cluster; the merged report equals one machine's.") { images, captions, imageOf, shards, output, settings, json };
        command.SetAction(parse =>
        {
            try
            {
                string[] files = ["--images", Path.GetFullPath(parse.GetRequiredValue(images)), "--captions", Path.GetFullPath(parse.GetRequiredValue(captions))];
                string[] owners = parse.GetValue(imageOf) is { } path ? ["--image-of", Path.GetFullPath(path)] : [];
                var launcher = new SlurmShards(Environment.ProcessPath!, parse.GetValue(settings) is { } file ? SlurmSettings.Read(file) : new());
                var (array, merge) = launcher.Submit([.. files, .. owners], [.. owners, .. parse.GetValue(json) ? (string[])["--json"] : []], parse.GetValue(shards), parse.GetRequiredValue(output));
                Console.WriteLine($"{(array is null ? "all shards are there" : $"array {array}")}; merge {merge} writes {Path.Combine(Path.GetFullPath(parse.GetRequiredValue(output)), "report.txt")}");
                return 0;
            }
            catch (SlurmException error)
            {
                throw new UserError(error.Message);
            }
        });
        return command;
    }
}
