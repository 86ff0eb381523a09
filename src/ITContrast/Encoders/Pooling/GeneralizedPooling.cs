using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Pooling;

/// <summary>
/// GPO, the generalised pooling operator: learns, for each set size, how much the k-th largest value of every feature counts.
/// <code>
///   v_(1) ≥ v_(2) ≥ … for each feature        θ_k = softmax_k( w·BiGRU(PE_1..PE_n)_k / 0.1 )        pooled = Σ_k θ_k v_(k)
/// </code>
/// θ = (1, 0, …) is max pooling, 1/n mean pooling. Weights sum to 1 over the valid positions.
/// Source: Chen et al., VSE∞ (CVPR 2021), <c>woodfrog/vse_infty</c> [V, METHODS 5.1].
/// </summary>
public sealed class GeneralizedPooling : nn.Module
{
    private const double Temperature = 0.1;
    private readonly int width;
    private readonly StreamedGru recurrent;
    private readonly Linear score;

    /// <summary>Creates the operator.</summary>
    /// <param name="positionWidth">Width of the sine-cosine position encodings; even. Published: 32.</param>
    /// <param name="hidden">Width of the recurrent state. Published: 32.</param>
    public GeneralizedPooling(int positionWidth = 32, int hidden = 32) : base(nameof(GeneralizedPooling))
    {
        if (positionWidth < 2 || positionWidth % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(positionWidth), $"positionWidth is {positionWidth}; use an even number of at least 2.");
        if (hidden < 1) throw new ArgumentOutOfRangeException(nameof(hidden), $"hidden is {hidden}; use at least 1.");
        width = positionWidth;
        recurrent = new StreamedGru(positionWidth, hidden, bidirectional: true);
        score = nn.Linear(hidden, 1, hasBias: false);
        RegisterComponents();
    }

    /// <summary>Pools sets.</summary>
    /// <param name="features">Padded sets, <c>[B, N, D]</c>.</param>
    /// <param name="counts">Members of each, <c>[B]</c> int64, at least 1.</param>
    /// <returns>Pooled features, <c>[B, D]</c>.</returns>
    public Tensor Pool(Tensor features, Tensor counts) => PoolMembers(features, Members.Of(features.shape[1], counts));

    /// <summary>Pools sets whose members may lie anywhere, as after some were dropped.</summary>
    /// <param name="features"><c>[B, N, D]</c>.</param>
    /// <param name="members">bool <c>[B, N]</c>, at least one true in each row.</param>
    /// <returns>Pooled features, <c>[B, D]</c>.</returns>
    public Tensor PoolMembers(Tensor features, Tensor members)
    {
        using var scope = NewDisposeScope();
        return SortedSets.Pool(features, members, Weights(members.sum(1), features.shape[1])).MoveToOuterDisposeScope();
    }

    /// <summary>θ for sets of the given sizes, <c>[B, N]</c>, zero past a set's size.</summary>
    /// <param name="counts">Sizes, <c>[B]</c> int64, from 1 to N.</param>
    /// <param name="longest">N.</param>
    public Tensor Weights(Tensor counts, long longest)
    {
        // θ depends on the size alone: sets of one size share a row.
        var (sizes, inverse, _) = counts.unique(sorted: true, return_inverse: true);
        var encodings = Encodings(longest, score.weight!.device).to(score.weight.dtype).unsqueeze(0).expand(sizes.shape[0], longest, width);
        var (output, _) = recurrent.Run(encodings.contiguous(), sizes.cpu());
        var hidden = output.shape[2] / 2;
        var both = (output.narrow(2, 0, hidden) + output.narrow(2, hidden, hidden)) / 2;
        var logits = score.call(both).squeeze(2) / Temperature;
        var past = arange(longest, dtype: ScalarType.Int64, device: counts.device).unsqueeze(0) >= sizes.unsqueeze(1);
        return logits.masked_fill(past, double.NegativeInfinity).softmax(1).index_select(0, inverse!);
    }

    /// <summary>Sine and cosine of positions 0 … n−1 in turn, <c>[n, width]</c>.</summary>
    private Tensor Encodings(long n, Device device)
    {
        var values = new float[n * width];
        for (var position = 0; position < n; position++)
            for (var i = 0; i < width; i += 2)
            {
                var angle = position * Math.Exp(-Math.Log(10000) * i / width);
                (values[position * width + i], values[position * width + i + 1]) = ((float)Math.Sin(angle), (float)Math.Cos(angle));
            }
        return tensor(values, [n, width]).to(device);
    }
}
