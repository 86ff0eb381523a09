using ITContrast.Data;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// A pair of encoders that begins with maps that are never trained: whitening, a table of words. A momentum copy has the same ones, so both go on from one
/// result.
/// <code>v = g_θ(f(image))        f fixed, g trained</code>
/// </summary>
internal interface IFixedFront : IPairEncoder
{
    /// <summary>f of both halves of a batch, the caller's to dispose; null where a part of it is trained.</summary>
    FixedFront? Front(PairBatch batch);

    /// <summary>g of the images, unit rows <c>[B, D]</c>.</summary>
    Tensor ImagesBehind(FixedFront front);

    /// <summary>g of the captions, unit rows <c>[B, D]</c>.</summary>
    Tensor CaptionsBehind(FixedFront front, CaptionBatch batch);
}

/// <summary>What the fixed maps of <see cref="IFixedFront"/> gave.</summary>
/// <param name="Regions">Whitened regions, <c>[B, K]</c>.</param>
/// <param name="Words">Word vectors at the recurrent layer's scale, <c>[B, L, E]</c>.</param>
/// <param name="Bag">Bags of words at their scale, <c>[B, E]</c>.</param>
internal sealed record FixedFront(Tensor Regions, Tensor Words, Tensor Bag) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Regions.Dispose();
        Words.Dispose();
        Bag.Dispose();
    }
}
