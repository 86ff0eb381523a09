using System.CommandLine;
using ITContrast.Data;
using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Training;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc embed RUN --out X.safetensors</c>: a split's embeddings by a trained model, whole or in shards.</summary>
internal static class EmbedCommand
{
    public static Command Build()
    {
        var run = new Argument<string?>("run") { Description = "The beginning of the run's hash, or its folder.", Arity = ArgumentArity.ZeroOrOne };
        var split = new Option<string>("--split") { Description = "Which split.", DefaultValueFactory = _ => "test" };
        var output = new Option<string>("--out") { Description = "The safetensors file to write: images, captions and image_of.", Required = true };
        var shard = new Option<string>("--shard") { Description = "i/n, from 0/n: embed only this part of the images and captions.", DefaultValueFactory = _ => "0/1" };
        var join = new Option<string[]>("--join") { Description = "Shard files to join into --out, instead of a run.", AllowMultipleArgumentsPerToken = true };
        var runs = new Option<string?>("--runs") { Description = "The folder of runs (default: runs in the checkout)." };
        var command = new Command("embed", "Write a split's embeddings by a trained model to a file; ./itc evaluate --embeddings reads it.") { run, split, output, shard, join, runs };
        command.SetAction(parse =>
        {
            string path = parse.GetValue(output)!;
            if (parse.GetValue(join) is { Length: > 0 } shards) EmbeddingExport.Join(shards, path);
            else if (parse.GetValue(run) is { } name) Write(RunFolders.Store(parse.GetValue(runs)).Find(name), parse.GetValue(split)!, parse.GetValue(shard)!, path);
            else throw new UserError("Name a run, or --join with shard files. See: ./itc embed --help");
            Console.WriteLine(path);
            return 0;
        });
        return command;
    }

    private static void Write(RunFolder folder, string split, string shard, string path)
    {
        (int i, int n) = ShardNumber.Parse(shard);
        RunConfig config = RunResult.ReadConfig(folder);
        using PairDataset dataset = LightRun.OpenData(config, store: RunStore.Of(folder));
        using TrainedMatcher matcher = Systems.Systems.Load(folder);
        DataProgress.Follow($"embedding {split}", progress =>
        {
            EmbeddingExport.Write(matcher, folder.Name, dataset, dataset.Split(split), path, i, n, progress);
            return 0;
        });
    }
}
