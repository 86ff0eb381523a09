using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// Pools the regions of a regular grid into one vector. Every place of the grid has weights of its own, since what stands where tells
/// drawings apart; a mean over places would forget it.
/// <code>
///   x = [r_1 … r_R]        v = W_0·drop(x) + W_2·drop(gelu(W_1·drop(x)))        W_0·x = Σ_k W_0k·r_k
/// </code>
/// The linear path alone is a strong model of hand-made features; the second path adds what is not linear.
/// </summary>
public sealed class GridPooling : nn.Module<Tensor, Tensor>
{
    private readonly Linear direct, hidden, output;
    private readonly StreamedDropout inputDropout, hiddenDropout;
    private readonly long width;

    /// <param name="regions">R, at least 1.</param>
    /// <param name="regionDimension">D_r.</param>
    /// <param name="dimension">D of the result.</param>
    /// <param name="hiddenWidth">Units of the second path.</param>
    /// <param name="inputRate">Dropout of the input, 0..1.</param>
    /// <param name="hiddenRate">Dropout of the hidden units, 0..1.</param>
    public GridPooling(int regions, int regionDimension, int dimension, int hiddenWidth = 512, double inputRate = 0.2, double hiddenRate = 0.3)
        : base(nameof(GridPooling))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(regions, 1);
        width = (long)regions * regionDimension;
        direct = nn.Linear(width, dimension);
        hidden = nn.Linear(width, hiddenWidth);
        output = nn.Linear(hiddenWidth, dimension);
        (inputDropout, hiddenDropout) = (new(inputRate), new(hiddenRate));
        RegisterComponents();
    }

    /// <param name="regions"><c>[N, R, D_r]</c>.</param>
    /// <returns><c>[N, D]</c>, not normalised.</returns>
    /// <exception cref="ShapeException">R·D_r is not what the layer was made for.</exception>
    public override Tensor forward(Tensor regions)
    {
        if (regions.ndim != 3 || regions.shape[1] * regions.shape[2] != width)
            throw ShapeException.Of("regions", $"N, R, D_r with R·D_r = {width}", regions.shape);
        using DisposeScope scope = NewDisposeScope();
        Tensor x = regions.flatten(1);
        Tensor inner = hiddenDropout.call(hidden.call(inputDropout.call(x)).gelu());
        return (direct.call(inputDropout.call(x)) + output.call(inner)).MoveToOuterDisposeScope();
    }

    /// <summary>What each region adds to the linear path, <c>W_0k·r_k</c>: their sum and the bias are the path's result.</summary>
    /// <param name="regions"><c>[N, R, D_r]</c>.</param>
    /// <returns><c>[N, R, D]</c>.</returns>
    internal Tensor Shares(Tensor regions)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor byPlace = direct.weight.view(direct.weight.shape[0], regions.shape[1], regions.shape[2]).permute(1, 2, 0);
        return regions.transpose(0, 1).matmul(byPlace).transpose(0, 1).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The linear path without its bias, on vectors <c>[.., R·D_r]</c>.</summary>
    internal Tensor Direct(Tensor vectors) => vectors.matmul(direct.weight.T);
}
