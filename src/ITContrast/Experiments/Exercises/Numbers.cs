using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments.Exercises;

/// <summary>What an answer gave, whatever its type: its shape and its elements, row by row.</summary>
internal readonly record struct Numbers(long[] Shape, double[] Values)
{
    /// <exception cref="ArgumentException">A type that no exercise asks for, or null.</exception>
    public static Numbers Of<T>(T answer) => answer switch
    {
        double value => new([], [value]),
        int[] values => new([values.Length], [.. values.Select(value => (double)value)]),
        double[] values => new([values.Length], values),
        Tensor tensor => Of(tensor),
        _ => throw new ArgumentException($"An answer is a tensor, a number or an array of numbers; found {(answer is null ? "null" : answer.GetType().Name)}."),
    };

    private static Numbers Of(Tensor tensor)
    {
        using Tensor plain = tensor.detach(), wide = plain.to(ScalarType.Float64, copy: true), whole = wide.contiguous();
        return new(tensor.shape, whole.data<double>().ToArray());
    }
}
