using System.CommandLine;
using System.Globalization;
using ITContrast.Data;
using ITContrast.Data.Scenes;
using ITContrast.Encoders.Oscar;
using ITContrast.Experiments;
using ITContrast.Systems.Oscar;
using ITContrast.Training;

namespace ITContrast.Cli.Commands;

/// <summary>
/// <c>itc oscar</c>: pre-trains a small OSCAR, fine-tunes it as bi-encoder (<c>tune</c>) or matcher (<c>match</c>), and re-ranks the first with the second.
/// Runs are kept, found and resumed like those of <c>itc train</c>.
/// </summary>
internal static class OscarCommand
{
    // OSCAR's own for its base model [V, METHODS 6.5].
    private const double PublishedRate = 2e-5;

    public static Command Build() => new("oscar", "Pre-train, fine-tune and re-rank with OSCAR.")
    {
        Training(
            "pretrain", "oscar-pretrain", "Masked-token loss over caption and tags with regions in view, and contrastive loss with polluted tags.",
            epochs: 20, rate: 1e-3),
        Training("tune", "oscar", "Fine-tune as bi-encoder: captions alone, images alone, dot products.", epochs: 20, rate: 5e-4),
        Training("match", "oscar-match", "Fine-tune as matcher: each pair with one negative, its caption or its image replaced.", epochs: 20, rate: 5e-4),
        OscarRerankCommand.Build(),
    };

    private static Command Training(string name, string system, string description, int epochs, double rate)
    {
        var data = new Option<string>("--data")
        {
            Description = "scenes (a synthetic world, as regions), pictocap, or the path of a data set with regions or pixels (see: ./itc data list).",
            DefaultValueFactory = _ => "scenes",
        };
        var images = new Option<int>("--images") { Description = "Training scenes; ignored with other data.", DefaultValueFactory = _ => 8000 };
        var seed = new Option<ulong>("--seed") { Description = "The run's seed.", DefaultValueFactory = _ => 1 };
        var passes = new Option<int>("--epochs") { Description = "Passes over the training images.", DefaultValueFactory = _ => epochs };
        var learning = new Option<double>("--rate")
        {
            Description = $"The largest learning rate (with a published checkpoint: {PublishedRate}).",
            DefaultValueFactory = _ => rate,
        };
        var batch = new Option<int>("--batch") { Description = "Pairs a batch.", DefaultValueFactory = _ => 128 };
        var layers = new Option<int>("--layers") { Description = "Layers of the model.", DefaultValueFactory = _ => 2 };
        var hidden = new Option<int>("--hidden") { Description = "H; the feed-forward part is four times as wide, a head 16.", DefaultValueFactory = _ => 64 };
        var chunk = new Option<int>("--chunk")
        {
            Description = "tune: embed so many images or captions at once, for batches larger than memory (default: the whole batch).",
        };
        var recompute = new Option<bool>("--recompute")
        {
            Description = "Keep only each layer's input and compute it again for its gradients: less memory, more time.",
        };
        var narrow = new Option<bool>("--bf16") { Description = "Products in bfloat16." };
        var from = new Option<string?>("--from")
        {
            Description =
                "Begin with this run's weights (its hash or folder), or with a published checkpoint (a folder with config.json, pytorch_model.bin or model.safetensors, and vocab.txt): its sizes hold, too.",
        };
        var runs = new Option<string?>("--runs") { Description = "The folder that runs are kept in (default: runs in the checkout)." };
        var command = new Command(name, description) { data, images, seed, passes, learning, batch, layers, hidden, chunk, recompute, narrow, from, runs };
        command.SetAction((parse, cancel) =>
        {
            RunStore store = RunFolders.Store(parse.GetValue(runs));
            string? start = parse.GetValue(from), source = parse.GetValue(data);
            PublishedOscar? published = start is not null && CheckpointMatcher.Is(start) ? PublishedOscar.Of(start) : null;
            RunConfig? before = start is not null && published is null ? RunResult.ReadConfig(store.Find(start)) : null;
            if (before is { Oscar: null })
                throw new UserError($"--from {start} is a run of {before.System}; expected one of {string.Join(", ", OscarRun.Names)}.");
            int width = parse.GetValue(hidden), count = parse.GetValue(images);
            if (parse.GetValue(layers) < 1) throw new UserError($"--layers is {parse.GetValue(layers)}; use 1 or more.");
            if (before is null && published is null && (width < 16 || width % 16 != 0))
                throw new UserError($"--hidden is {width}; use a positive multiple of 16.");
            OscarOptions options = before?.Oscar ?? new() { Hidden = width, Heads = width / 16, Intermediate = 4 * width, Layers = parse.GetValue(layers) };
            RunConfig config = new()
            {
                System = system,
                Seed = parse.GetValue(seed),
                WordNet = false,
                Data = source is "scenes" or "pictocap" ? null : Path.GetFullPath(source!),
                Division = before?.Division ?? PictoCapDivision.UnseenDrawings,
                Oscar = options with
                {
                    Pretraining = before,
                    Published = published ?? options.Published,
                    Chunk = parse.GetValue(chunk),
                    RecomputeLayers = parse.GetValue(recompute),
                    Narrow = parse.GetValue(narrow),
                    Scenes = source == "scenes" ? new SceneOptions { Kind = ImageKind.Regions, Train = count } : null,
                },
                Training = new()
                {
                    Epochs = parse.GetValue(passes),
                    LearningRate =
                        published is not null && parse.GetResult(learning) is null or { Implicit: true } ? PublishedRate : parse.GetValue(learning),
                    BatchSize = parse.GetValue(batch),
                    WordDropout = 0,
                },
            };
            if (published is not null) Console.Error.WriteLine($"itc: {start}: {Leftovers(start!)}");
            return Task.Run(() => Train(config, store, cancel));
        });
        return command;
    }

    // Of a checkpoint's tensors, so that nobody takes a head for loaded that was not.
    private static string Leftovers(string folder)
    {
        (OscarModel model, OscarLoadReport report) = OscarCheckpoint.Load(folder);
        model.Dispose();
        return (report.Ignored.Count == 0 ? "every tensor is used" : $"not used: {string.Join(", ", report.Ignored)}")
            + (report.HeadMissing ? "; no matching head: it begins at random" : "");
    }

    private static int Train(RunConfig config, RunStore store, CancellationToken cancel)
    {
        RunResult result = TrainingDisplay.Follow($"{config.System}, seed {config.Seed}", progress => Experiment.Run(config, store, progress, cancel));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"run {result.Folder.Name}: {config.System}, {result.Steps} steps, {config.Training.Epochs} epochs, seed {config.Seed}"));
        foreach ((string name, double value) in LastDiagnostics(result.Folder))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name, -20} {value:F4}   (training, mean of the last 20 steps)"));
        RecallText.Write(result.Test, "test");
        return 0;
    }

    // Accuracies say more of these systems than the recalls of a bi-encoder that pre-training does not train.
    private static IEnumerable<(string Name, double Value)> LastDiagnostics(RunFolder folder)
    {
        var lines = File.ReadLines(folder.MetricsPath)
            .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!.AsObject())
            .Where(line => line["loss"] is not null)
            .TakeLast(20)
            .ToList();
        return lines.SelectMany(line => line.Where(member => member.Key is "loss" || member.Key.EndsWith("accuracy", StringComparison.Ordinal)))
            .GroupBy(member => member.Key).Select(group => (group.Key, group.Average(member => member.Value!.GetValue<double>())));
    }
}
