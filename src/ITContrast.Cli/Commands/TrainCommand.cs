using System.CommandLine;
using System.Globalization;
using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Training;
using ITContrast.Training.Parallel;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc train SYSTEM</c>: trains on the embedded data set, or goes on where an interrupted run stopped, and prints the recalls.</summary>
internal static class TrainCommand
{
    public static Command Build()
    {
        var system = new Argument<string>("system") { Description = $"The system: {string.Join(", ", Recipes.Names)}.", DefaultValueFactory = _ => "light" };
        var seed = new Option<ulong>("--seed") { Description = "The run's seed.", DefaultValueFactory = _ => 1 };
        var epochs = new Option<int?>("--epochs") { Description = "Passes over the training images (default: the system's)." };
        var pixels = new Option<bool>("--pixels") { Description = "Train a convolutional encoder on pixels in place of the hand-made features." };
        var features = new Option<string>("--features")
        {
            Description = "stored: train heads on regions that the first system's image encoder extracts once (seconds a run).",
            DefaultValueFactory = _ => "none",
        };
        features.AcceptOnlyFromAmong("none", "stored");
        var data = new Option<string?>("--data")
        {
            Description = "scene-objects, or whatever `itc data list` opens (default: pictocap). Data with regions need --features stored.",
        };
        var noWordNet = new Option<bool>("--no-wordnet") { Description = "Describe words by the training captions and their letters only." };
        var division = new Option<PictoCapDivision>("--split")
        {
            Description = "Which division of pictocap.",
            DefaultValueFactory = _ => PictoCapDivision.UnseenConcepts,
        };
        var file = new Option<string?>("--config")
        {
            Description = "Take the whole configuration from this JSON file (a run's config.json, or its \"config\" member); other options are ignored.",
        };
        var runs = new Option<string?>("--runs") { Description = "The folder that runs are kept in (default: runs in the checkout)." };
        var wait = new Option<bool>("--wait")
        {
            Description = "While another process computes this run, wait for it, and go on where it stops (default: say so and end).",
        };
        var (processes, parts, timeout) = (TrainProcesses.Count(), TrainProcesses.Parts(), TrainProcesses.Timeout());
        var command = new Command("train", "Train a system; an interrupted run resumes.")
        {
            system,
            seed,
            epochs,
            pixels,
            features,
            data,
            noWordNet,
            division,
            file,
            runs,
            wait,
            processes,
            parts,
            timeout,
        };
        command.SetAction((parse, cancel) =>
        {
            var name = parse.GetValue(system)!;
            if (!Recipes.Names.Contains(name)) throw new UserError($"'{name}' is no system; there are: {string.Join(", ", Recipes.Names)}.");
            if (parse.GetValue(processes) > 1) return TrainProcesses.StartAsync(parse.GetValue(processes), parse.GetValue(timeout), cancel);
            Task<int> Start(RunConfig begun) =>
                Task.Run(() =>
                    TrainProcesses.Join(
                        begun,
                        parse.GetValue(parts),
                        parse.GetValue(timeout),
                        (shared, peers) => Train(shared, RunFolders.Store(parse.GetValue(runs)), peers, parse.GetValue(wait), cancel)));
            if (parse.GetValue(file) is { } path) return Start(RunConfig.Read(path));
            RunConfig config = new()
            {
                System = name,
                Method = name == "light" ? null : new(),
                Seed = parse.GetValue(seed),
                WordNet = !parse.GetValue(noWordNet),
                Division = parse.GetValue(division),
            };
            if (parse.GetValue(data) is { } source) config = source == "scene-objects" ? config.OnSceneObjects() : config with { Data = source };
            if (parse.GetValue(features) == "stored" && config.Heads is null)
            {
                if (parse.GetValue(pixels)) throw new UserError("--pixels and --features stored exclude each other: heads train on stored regions.");
                config = config.OnStoredFeatures();
            }
            if (parse.GetValue(epochs) is { } count) config = config with { Training = config.Training with { Epochs = count } };
            if (parse.GetValue(pixels)) config = config with { Backbone = config.Backbone with { Front = ImageFront.Convolutional } };
            return Start(config);
        });
        return command;
    }

    private static int Train(RunConfig config, RunStore store, Peers? peers, bool wait, CancellationToken cancel)
    {
        if (peers is { Rank: > 0 })
        {
            Experiment.Run(config, store, peers, null, cancel);
            return 0;
        }
        RunResult result = TrainingDisplay.Follow($"{config.System}, seed {config.Seed}", progress =>
        {
            try
            {
                return Experiment.Run(config, store, peers, progress, cancel);
            }
            catch (RunHeldException) when (wait && peers is null)
            {
                Console.Error.WriteLine("itc: another process computes this run; waiting for it.");
                return Experiment.RunOrWait(config, store, progress, cancel);
            }
        });
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"run {result.Folder.Name}: {result.Steps} steps, {config.Training.Epochs} epochs, seed {config.Seed}")
        );
        RecallText.Write(result.Test, "test");
        return 0;
    }
}
