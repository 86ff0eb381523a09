using ITContrast.Data;
using ITContrast.Systems;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Training;

/// <summary>Stops a run whose numbers stopped being numbers, and says where they first were not.</summary>
internal static class Sentinel
{
    /// <summary>The loss as a number.</summary>
    /// <exception cref="TrainingException">It is not finite; the message names the first tensor that is not (inputs, parameters, embeddings) and the
    /// batch.</exception>
    public static double Checked(Tensor loss, PairBatch batch, IMatchingSystem system, long step)
    {
        double value = loss.ToDouble();
        if (double.IsFinite(value)) return value;
        throw new TrainingException(
            $"Step {step}: the loss is {value}; {Cause(batch, system)}. {Batch(batch)} Lower the learning rate or look at these pairs.");
    }

    /// <summary>Looks at the gradients before they change the parameters.</summary>
    /// <exception cref="TrainingException">One is not finite; it is named.</exception>
    public static void CheckGradients(PairBatch batch, nn.Module module, long step)
    {
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Parameter parameter) in module.named_parameters())
            // A sum is finite only if all its terms are: one number instead of a mask.
            if (parameter.grad is { } gradient && !double.IsFinite(gradient.sum().ToDouble()) && !gradient.isfinite().all().ToBoolean())
                throw new TrainingException(
                    $"Step {step}: the loss is finite, but the gradient of {name} is not. {Batch(batch)} Lower the learning rate or look at these pairs.");
    }

    internal static string Ids(long[] ids) => string.Join(" ", ids.Take(8)) + (ids.Length > 8 ? $" … ({ids.Length})" : "");

    private static string Batch(PairBatch batch) => $"Batch: images {Ids(batch.ImageIds)}, captions {Ids(batch.CaptionIds)}.";

    private static string Cause(PairBatch batch, IMatchingSystem system)
    {
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        if (BrokenRows(batch.Images.Values) is { Count: > 0 } rows)
            return $"the images' features are not finite, first those of image {batch.ImageIds[rows[0]]}";
        foreach ((string name, Parameter parameter) in system.Module.named_parameters())
            if (!parameter.isfinite().all().ToBoolean()) return $"parameter {name} holds values that are not finite";
        if (system is IScoringSystem) return "inputs and parameters are finite, so the scores or the loss are the cause";
        if (BrokenRows(system.Encoder.Images(batch.Images)) is { Count: > 0 } images)
            return $"inputs and parameters are finite, but the embedding of image {batch.ImageIds[images[0]]} is not";
        if (BrokenRows(system.Encoder.Captions(batch.Captions)) is { Count: > 0 } captions)
            return $"inputs and parameters are finite, but the embedding of caption {batch.CaptionIds[captions[0]]} is not";
        return "inputs, parameters and embeddings are finite, so the loss itself is the cause";
    }

    private static List<int> BrokenRows(Tensor rows)
    {
        Tensor finite = rows.isfinite().flatten(1).all(1);
        return [.. Enumerable.Range(0, (int)rows.shape[0]).Where(i => !finite[i].ToBoolean()).Take(1)];
    }
}
