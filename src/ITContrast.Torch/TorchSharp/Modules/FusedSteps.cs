using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// A whole step as one kernel, where libtorch has one for the device: AdamW and Adam on CUDA from 2.0 on, SGD with them and all three on the
/// CPU in 2.6. Elsewhere the step is a handful of list operators.
/// </summary>
internal static class FusedSteps
{
    /// <summary>
    /// Whether the kernel takes these tensors: one type, and plain memory, since it walks each of them from its first element to its last
    /// without asking for strides.
    /// </summary>
    public static bool Takes(Operator kernel, Tensor[] parameters, Tensor[] gradients)
    {
        if (!kernel.RunsOn(parameters[0].device_type)) return false;
        var type = parameters[0].dtype;
        return is_floating_point(type) && parameters.Concat(gradients).All(t => t.dtype == type && t.is_contiguous());
    }

    /// <summary>Decay, moments and the step itself, of Adam or AdamW. The tensors lie on one device.</summary>
    /// <param name="kernel">Adam's or AdamW's.</param>
    /// <param name="o">The group's options.</param>
    /// <param name="steps">How many gradients came, this one counted.</param>
    /// <param name="parameters">Changed in place.</param>
    /// <param name="gradients">One for each parameter.</param>
    /// <param name="first">First moments, changed in place.</param>
    /// <param name="second">Second moments, changed in place.</param>
    /// <param name="largest">Largest second moments, changed in place; empty without amsgrad.</param>
    public static void Adam(
        Operator kernel, AdamParamGroup o, long steps, Tensor[] parameters, Tensor[] gradients, Tensor[] first, Tensor[] second, Tensor[] largest)
    {
        // The kernel reads a step count for each tensor and writes none, so one count serves all.
        using var count = full([], (float)steps, ScalarType.Float32, parameters[0].device);
        kernel.Run(
            Arg.List(parameters), Arg.List(gradients), Arg.List(first), Arg.List(second), Arg.List(largest),
            Arg.List([.. Enumerable.Repeat(count, parameters.Length)]), o.LearningRate, o.Beta1, o.Beta2, o.WeightDecay, o.Epsilon, o.AmsGrad, o.Maximize,
            Arg.None, Arg.None);
    }

    /// <summary>Decay, momentum and the step itself, of gradient descent. The tensors lie on one device.</summary>
    /// <param name="o">The group's options.</param>
    /// <param name="parameters">Changed in place.</param>
    /// <param name="gradients">One for each parameter.</param>
    /// <param name="buffers">Momenta, changed in place; empty without momentum.</param>
    /// <param name="isFirst">The buffers hold nothing yet and become the gradients.</param>
    public static void Descent(SGD.ParamGroup o, Tensor[] parameters, Tensor[] gradients, Tensor[] buffers, bool isFirst) =>
        OptionalOperators.FusedSgd.Run(
            Arg.List(parameters), Arg.List(gradients), Arg.List(buffers), o.WeightDecay, o.Momentum, o.LearningRate, o.Dampening, o.Nesterov, o.Maximize,
            isFirst, Arg.None, Arg.None);
}
