using ITContrast.Data;
using ITContrast.Encoders;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

/// <summary>Batches of global features with three-word captions, and the smallest encoders that embed them.</summary>
internal static class ToyPairs
{
    public const int Features = 6, Words = 20, Dimension = 8;

    public static PairBatch Batch(int size, long seed, long[]? groups = null)
    {
        var images = ImageBatch.Own(ImageKind.Global, Plane.Random(size, Features, seed).to(ScalarType.Float32).DetachFromDisposeScope());
        var random = new Random((int)seed);
        var captions = CaptionBatch.From(
            Enumerable.Range(0, size).Select(_ => new[] { random.Next(1, Words), random.Next(1, Words), random.Next(1, Words) }).ToArray());
        long[] ids = [.. Enumerable.Range(0, size).Select(i => seed * 1000 + i)];
        return new(images, captions, [.. Enumerable.Range(0, size)], ids, groups ?? ids, ids);
    }
}

/// <summary>A linear map of features (called <c>convolutional</c>, so that it counts as backbone) and heads, and the mean of word vectors.</summary>
internal sealed class ToyEncoder : nn.Module, IPairEncoder
{
    private readonly Linear convolutional = nn.Linear(ToyPairs.Features, 7), head = nn.Linear(7, ToyPairs.Dimension);
    private readonly Embedding words = nn.Embedding(ToyPairs.Words, ToyPairs.Dimension);

    public ToyEncoder() : base(nameof(ToyEncoder)) => RegisterComponents();

    public int Dimension => ToyPairs.Dimension;
    public nn.Module Module => this;
    public Tensor Images(ImageBatch batch) => nn.functional.normalize(head.call(convolutional.call(batch.Values).tanh()));
    public Tensor Captions(CaptionBatch batch) => nn.functional.normalize(words.call(batch.Tokens).mean(new long[] { 1 }));
}
