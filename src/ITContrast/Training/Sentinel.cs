using ITContrast.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Training;

/// <summary>Stops a run whose numbers stopped being numbers, and says where they first were not.</summary>
internal static class Sentinel
{
    /// <summary>The loss as a number.</summary>
    /// <exception cref="TrainingException">It is not finite; the message names a parameter or gradient that is not, if any, and the batch.</exception>
    public static double Checked(Tensor loss, PairBatch batch, nn.Module module, long step)
    {
        double value = loss.ToDouble();
        if (double.IsFinite(value)) return value;
        string cause = Broken(module) is { } name ? $"parameter {name} holds values that are not finite" : "all parameters are finite, so an input or the loss itself is the cause";
        throw new TrainingException(
            $"Step {step}: the loss is {value}; {cause}. Batch: images {Ids(batch.ImageIds)}, captions {Ids(batch.CaptionIds)}. Lower the learning rate or look at these pairs.");
    }

    private static string? Broken(nn.Module module)
    {
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Parameter parameter) in module.named_parameters())
            if (!parameter.isfinite().all().ToBoolean()) return name;
        return null;
    }

    private static string Ids(long[] ids) => string.Join(" ", ids.Take(8)) + (ids.Length > 8 ? $" … ({ids.Length})" : "");
}
