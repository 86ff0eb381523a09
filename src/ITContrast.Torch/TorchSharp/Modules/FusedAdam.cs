using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>AdamW's whole step as one kernel: libtorch 2.0 and later, on CUDA devices. Elsewhere the step is a dozen list operators.</summary>
internal static class FusedAdam
{
    /// <summary>Whether the kernel takes these parameters: all of one floating type, on a CUDA device.</summary>
    public static bool Takes(Tensor[] parameters) =>
        parameters[0].is_cuda && OptionalOperators.FusedAdamW.Exists && parameters.All(p => p.dtype == parameters[0].dtype);

    /// <summary>Decay, moments and the step itself. The tensors lie on one device; <paramref name="largest"/> is empty without amsgrad.</summary>
    /// <param name="o">The group's options.</param>
    /// <param name="steps">How many gradients came, this one counted.</param>
    /// <param name="parameters">Changed in place.</param>
    /// <param name="gradients">One for each parameter.</param>
    /// <param name="first">First moments, changed in place.</param>
    /// <param name="second">Second moments, changed in place.</param>
    /// <param name="largest">Largest second moments, changed in place.</param>
    public static void Step(AdamParamGroup o, long steps, Tensor[] parameters, Tensor[] gradients, Tensor[] first, Tensor[] second, Tensor[] largest)
    {
        // The kernel reads a step count for each tensor and writes none, so one count serves all.
        var count = full([], (float)steps, ScalarType.Float32, parameters[0].device);
        OptionalOperators.FusedAdamW.Run(
            Arg.List(parameters), Arg.List(gradients), Arg.List(first), Arg.List(second), Arg.List(largest),
            Arg.List([.. Enumerable.Repeat(count, parameters.Length)]), o.LearningRate, o.Beta1, o.Beta2, o.WeightDecay, o.Epsilon, o.AmsGrad, o.Maximize,
            Arg.None, Arg.None);
    }
}
