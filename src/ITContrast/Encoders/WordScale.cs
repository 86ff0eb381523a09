using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// Given word vectors have length near 1; a GRU's start values expect entries near 0.3.
/// <code>E ← table · √E / 4</code>
/// </summary>
internal static class WordScale
{
    /// <summary>Fills an encoder's table.</summary>
    /// <exception cref="ShapeException">The tables differ in shape.</exception>
    public static void Fill(TorchSharp.Modules.Parameter target, Tensor table)
    {
        if (!table.shape.SequenceEqual(target.shape)) throw ShapeException.Of("word vectors", string.Join(", ", target.shape), table.shape);
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        target.copy_(table * (Math.Sqrt(table.shape[1]) / 4));
    }
}
