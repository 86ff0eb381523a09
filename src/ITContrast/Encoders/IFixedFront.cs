using ITContrast.Data;
using ITContrast.Torch;
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

/// <summary>What the fixed maps of <see cref="IFixedFront"/> gave; regions may still be on their way.</summary>
/// <param name="regions">Whitened regions, <c>[B, K]</c>.</param>
/// <param name="words">Word vectors at the recurrent layer's scale, <c>[B, L, E]</c>.</param>
/// <param name="bag">Bags of words at their scale, <c>[B, E]</c>.</param>
internal sealed class FixedFront(SideTask<Tensor> regions, Tensor words, Tensor bag) : IDisposable
{
    private Tensor? whitened;

    /// <summary>Whitened regions, <c>[B, K]</c>, once they are there.</summary>
    public Tensor Regions => whitened ??= regions.Result;

    /// <summary>Word vectors at the recurrent layer's scale, <c>[B, L, E]</c>.</summary>
    public Tensor Words => words;

    /// <summary>Bags of words at their scale, <c>[B, E]</c>.</summary>
    public Tensor Bag => bag;

    /// <inheritdoc/>
    public void Dispose()
    {
        regions.Dispose();
        whitened?.Dispose();
        words.Dispose();
        bag.Dispose();
    }
}
