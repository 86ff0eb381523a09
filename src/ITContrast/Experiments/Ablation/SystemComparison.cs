using ITContrast.Data;
using ITContrast.Losses;
using ITContrast.Systems;
using ITContrast.Systems.ModalityInvariant;

namespace ITContrast.Experiments.Ablation;

/// <summary>
/// Every system on one backbone: heads on the same stored regions, the same data, batches, optimiser and epochs, so that only the method differs. The learning
/// rate alone is chosen for each system, on val of the first of the compared seeds (<see cref="Tuning"/>), never on test; all else has its documented value,
/// and what is a share of the training is that share here: stages, and the momentum of CODER's key encoders. The baseline is InfoNCE.
/// </summary>
public static class SystemComparison
{
    /// <summary>Passes over the training images.</summary>
    public const int Epochs = 8;

    private const ulong FirstSeed = 101;

    // Hardest negatives need steps more than they need large batches: 648 steps of 64 cost what 160 of 256 do, and a cross encoder pays for the square.
    private const int BatchSize = 64;

    // A momentum encoder of 0.999 looks back over 1,000 steps: a twentieth of USER's training, and longer than this one. The same share of 648 steps is about
    // 30.
    private const double Momentum = 0.97;

    /// <summary>The learning rates that were tried for each system.</summary>
    public static IReadOnlyList<double> Rates { get; } = [1.5e-3, 4e-3];

    /// <summary>The systems compared: all but the first one, whose features the others stand on.</summary>
    public static IReadOnlyList<string> Systems { get; } = [.. Recipes.Names.Where(name => name != "light")];

    /// <summary>The comparison at the chosen rates, with seeds 101 to 103.</summary>
    /// <param name="epochs">Passes over the training images, at least 4; teacher, base and adversarial stages share them.</param>
    public static Ablation Of(int epochs = Epochs) => Ablation.From(Config("infonce", epochs), "infonce")
        .Vary("system", Systems.Where(name => name != "infonce"), (_, name) => Config(name, epochs))
        .Seeds(3, FirstSeed);

    /// <summary>What was tried on val: every system at each of <see cref="Rates"/>, with the first seed.</summary>
    /// <param name="epochs">Passes over the training images.</param>
    public static Ablation Tuning(int epochs = Epochs) =>
        Ablation
            .From(Config("infonce", epochs, Rates[0]), FormattableString.Invariant($"system = infonce, rate = {Rates[0]}"))
        .Interact("system", Systems, "rate", Rates, (_, name, rate) => Config(name, epochs, rate))
        .Seeds(1, FirstSeed);

    /// <summary>
    /// ITContrast with each form of its cost function, at the comparison's batches and epochs and at the rate chosen for each form: what the one-factor grid,
    /// at one rate, leaves open.
    /// </summary>
    public static Ablation Forms() => Ablation.From(Config("itcontrast"), "InfoNCE form")
        .Vary("form", [LossForm.Triplet, LossForm.Hcl], (_, form) => Form(form, form == LossForm.Triplet ? 1.5e-3 : 4e-3))
        .Seeds(3, FirstSeed);

    /// <summary>What was tried on val for <see cref="Forms"/>, with the first seed.</summary>
    public static Ablation FormsTuning() =>
        Ablation
            .From(Config("itcontrast", rate: Rates[0]), FormattableString.Invariant($"form = InfoNce, rate = {Rates[0]}"))
        .Interact("form", [LossForm.InfoNce, LossForm.Triplet, LossForm.Hcl], "rate", Rates, (_, form, rate) => Form(form, rate))
        .Seeds(1, FirstSeed);

    private static RunConfig Form(LossForm form, double rate)
    {
        RunConfig config = Config("itcontrast", rate: rate);
        return config with { Method = config.Method! with { Loss = config.Method.Loss with { Form = form, Margin = form == LossForm.Triplet ? 0.2 : 0 } } };
    }

    /// <summary>One system's configuration, with the first seed.</summary>
    /// <param name="system">Its name.</param>
    /// <param name="epochs">Passes over the training images, at least 4.</param>
    /// <param name="rate">The learning rate; the chosen one when null.</param>
    public static RunConfig Config(string system, int epochs = Epochs, double? rate = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 4);
        RunConfig config = new RunConfig { System = system, Seed = FirstSeed, Method = Method(system, epochs) }.OnStoredFeatures();
        return config with { Training = config.Training with { Epochs = epochs, BatchSize = BatchSize, LearningRate = rate ?? Chosen(system) } };
    }

    /// <summary>The comparison's finished runs, by system; a system whose runs the store lacks has none.</summary>
    /// <param name="store">Where the runs are kept.</param>
    /// <param name="epochs">Passes over the training images.</param>
    public static ILookup<string, RunResult> Read(RunStore store, int epochs = Epochs)
    {
        using PairDataset dataset = LightRun.OpenData(Config("infonce", epochs), store: store);
        return Of(epochs).Cells.Select(cell => store.Finished(cell, dataset)).OfType<RunResult>().ToLookup(run => run.Config.System);
    }

    private static double Chosen(string system) => system switch
    {
        "itcontrast" or "vse++" or "vse-infinity" or "siglip" or "hal" or "modality-invariant" or "scan" => 4e-3,
        _ => 1.5e-3,
    };

    private static MethodConfig Method(string system, int epochs)
    {
        var (first, last) = (epochs / 4, epochs / 2);
        return system switch
        {
            "convse" or "convse++" => new() { BaseEpochs = last },
            "coder" => new() { Coder = new() { Momentum = Momentum } },
            "distilled" => new() { Distillation = new() { TeacherEpochs = last } },
            // Regions are stored, so that no image backbone is left to freeze in the first stage.
            "modality-invariant" => new() { ModalityInvariant = new ModalityInvariantOptions { StageEpochs = [0, epochs - first - last, first, last] } },
            _ => new(),
        };
    }
}
