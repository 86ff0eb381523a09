using ITContrast.Systems;
using ITContrast.Systems.ModalityInvariant;

namespace ITContrast.Experiments.Ablation;

/// <summary>
/// Every system on one backbone: heads on the same stored regions, the same data, batches, optimiser and epochs, so that only the method differs. Nothing is tuned
/// for a system; each has its documented values, and stages in proportion to the epochs. The baseline is InfoNCE.
/// </summary>
public static class SystemComparison
{
    /// <summary>The comparison, with seeds 1 to 3.</summary>
    /// <param name="epochs">Passes over the training images, at least 4; teacher, base and adversarial stages share them.</param>
    public static Ablation Of(int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 4);
        return Ablation.From(Config("infonce", epochs), "infonce")
            .Vary("system", Recipes.Names.Where(name => name is not ("infonce" or "light")), (_, name) => Config(name, epochs));
    }

    /// <summary>One system's configuration, seed 1.</summary>
    public static RunConfig Config(string system, int epochs)
    {
        RunConfig config = new RunConfig { System = system, Method = Method(system, epochs) }.OnStoredFeatures();
        return config with { Training = config.Training with { Epochs = epochs } };
    }

    private static MethodConfig Method(string system, int epochs)
    {
        var (first, last) = (epochs / 4, epochs / 2);
        return system switch
        {
            "convse" or "convse++" => new() { BaseEpochs = last },
            "distilled" => new() { Distillation = new() { TeacherEpochs = last } },
            // Regions are stored, so that no image backbone is left to freeze in the first stage.
            "modality-invariant" => new() { ModalityInvariant = new ModalityInvariantOptions { StageEpochs = [0, epochs - first - last, first, last] } },
            _ => new(),
        };
    }
}
