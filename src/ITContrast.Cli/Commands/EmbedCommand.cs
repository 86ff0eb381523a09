using System.CommandLine;
using ITContrast.Data;
using ITContrast.Encoders.Oscar;
using ITContrast.Experiments;
using ITContrast.Experiments.Slurm;
using ITContrast.Systems;
using ITContrast.Systems.Oscar;
using ITContrast.Training;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc embed RUN --out X.safetensors</c>: a split's embeddings by a trained model, whole, in shards, or in shards as a job array.</summary>
internal static class EmbedCommand
{
    public static Command Build()
    {
        var run = new Argument<string?>("run")
        {
            Description =
                "The beginning of the run's hash, its folder, or the folder of a published OSCAR checkpoint (config.json, pytorch_model.bin, vocab.txt).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var split = new Option<string>("--split") { Description = "Which split.", DefaultValueFactory = _ => "test" };
        var output = new Option<string>("--out") { Description = "The safetensors file to write: images, captions and image_of.", Required = true };
        var shard = new Option<string>("--shard")
        {
            Description = "i/n, from 0/n: embed only this part of the images and captions.",
            DefaultValueFactory = _ => "0/1",
        };
        var join = new Option<string[]>("--join") { Description = "Shard files to join into --out, instead of a run.", AllowMultipleArgumentsPerToken = true };
        var runs = new Option<string?>("--runs") { Description = "The folder of runs (default: runs in the checkout)." };
        var on = new Option<string?>("--on") { Description = "slurm: embed in shards as a job array; a dependent task joins them into --out." };
        on.AcceptOnlyFromAmong("slurm");
        var data = new DataSourceOptions("Other data than the run's own, as the model's encoder reads it (for a model of grid features: --features grid).");
        var shards = new ShardOptions("With --on slurm: ");
        var command = new Command("embed", "Write a split's embeddings by a trained model to a file; ./itc evaluate --embeddings reads it.")
        {
            run,
            split,
            output,
            shard,
            join,
            runs,
            on,
        };
        data.AddTo(command);
        shards.AddTo(command);
        command.SetAction(parse =>
        {
            string path = parse.GetValue(output)!;
            if (parse.GetValue(join) is { Length: > 0 } files) EmbeddingExport.Join(files, path);
            else if (parse.GetValue(run) is not { } name)
                throw new UserError("Name a run or a checkpoint folder, or --join with shard files. See: ./itc embed --help");
            else if (parse.GetValue(on) is not null)
            {
                string folder = Path.GetFullPath(path) + ".shards";
                string[] store = parse.GetValue(runs) is { } kept ? ["--runs", Path.GetFullPath(kept)] : [];
                string[] arguments =
                [
                    Directory.Exists(name) ? Path.GetFullPath(name) : name, "--split", parse.GetValue(split)!, .. store, .. data.Arguments(parse),
                ];
                return shards.Submit(parse, ShardedWork.Embedding(arguments, Path.GetFullPath(path)), folder, path);
            }
            else Write(name, parse.GetValue(runs), data, parse, parse.GetValue(split)!, ShardNumber.Parse(parse.GetValue(shard)!), path);
            Console.WriteLine(path);
            return 0;
        });
        return command;
    }

    private static void Write(string name, string? runs, DataSourceOptions data, ParseResult parse, string split, (int Index, int Count) shard, string path)
    {
        if (CheckpointMatcher.Is(name))
        {
            if (!data.IsGiven(parse)) throw new UserError($"{name} is a checkpoint, which has no data of its own: name some with --data PATH.");
            using TrainedMatcher published = CheckpointMatcher.Open(name);
            using PairDataset dataset = data.Open(parse);
            Write(published, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(name))), dataset, split, shard, path);
            return;
        }
        RunFolder folder = RunFolders.Store(runs).Find(name);
        RunConfig config = RunResult.ReadConfig(folder);
        using PairDataset own = data.IsGiven(parse) ? data.Open(parse) : LightRun.OpenData(config, store: RunStore.Of(folder));
        using TrainedMatcher trained = Systems.Systems.Load(folder);
        Write(trained, folder.Name, own, split, shard, path);
    }

    private static void Write(TrainedMatcher matcher, string model, PairDataset dataset, string split, (int Index, int Count) shard, string path)
    {
        OscarModel? oscar = matcher.System.Module.modules().OfType<OscarModel>().FirstOrDefault();
        PairDataset read = oscar is null ? dataset : BoxedRegions.ForOscar(dataset, oscar.Config.RegionWidth);
        DataProgress.Follow($"embedding {split}", progress =>
        {
            EmbeddingExport.Write(matcher, model, read, read.Split(split), path, shard.Index, shard.Count, progress);
            return 0;
        });
    }
}
