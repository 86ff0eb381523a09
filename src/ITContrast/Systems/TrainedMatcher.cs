using ITContrast.Data;
using ITContrast.Encoders.CrossAttention;
using ITContrast.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems;

/// <summary>A trained model in use: images and captions become vectors whose dot product ranks them. Disposes its system.</summary>
/// <param name="system">The trained system.</param>
/// <param name="tokenizer">The vocabulary it was trained with.</param>
public sealed class TrainedMatcher(IMatchingSystem system, ITokenizer tokenizer) : IDisposable
{
    private const int Chunk = 256;

    // Images and captions of one tile of scores: 64 × 64 × 36 regions × 20 words are 12 MB.
    private const int Tile = 64;

    /// <summary>The trained system.</summary>
    public IMatchingSystem System => system;

    /// <summary>The vocabulary it was trained with.</summary>
    public ITokenizer Tokenizer => tokenizer;

    /// <summary>Embeds rows of an image source.</summary>
    /// <returns>Float32 <c>[rows, D]</c> on the CPU, unit rows; the same in every process and for every order of rows.</returns>
    public Tensor Embed(IImageSource images, IReadOnlyList<int> rows) => Chunks(rows.Count, (start, count) =>
    {
        using ImageBatch batch = images.Read([.. rows.Skip(start).Take(count)]);
        return system.Encoder.Images(batch);
    });

    /// <summary>Embeds captions.</summary>
    /// <returns>Float32 <c>[captions, D]</c> on the CPU, unit rows.</returns>
    public Tensor Embed(IReadOnlyList<string> captions) => Chunks(captions.Count, (start, count) =>
    {
        using CaptionBatch batch = CaptionBatch.From([.. captions.Skip(start).Take(count).Select(tokenizer.Encode)]);
        return system.Encoder.Captions(batch);
    });

    /// <summary>The words of a text that the model does not know; they do not move its embedding.</summary>
    public IReadOnlyList<string> Unknown(string text) => [.. Words.Of(text).Where(word => tokenizer.Encode(word).Contains(tokenizer.UnknownId))];

    /// <summary>Embeds the images and the captions of a split, in evaluation order.</summary>
    public (Tensor Images, Tensor Captions) Embed(PairDataset dataset, PairSplit split)
    {
        Tensor images = Embed(dataset.Images, split.ImageRows);
        try
        {
            return (images, Embed([.. split.CaptionRows.Select(dataset.Caption)]));
        }
        catch
        {
            images.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Scores of every image of a split with every caption, <c>[N, M]</c> float32 on the CPU, computed tile by tile: a cross encoder's where the system
    /// is an <see cref="IScoringSystem"/>, else dot products. The whole matrix is kept: 4·N·M bytes.
    /// </summary>
    public Tensor Scores(PairDataset dataset, PairSplit split)
    {
        using DisposeScope scope = NewDisposeScope();
        if (system is not IScoringSystem { Scorer: { } scorer })
        {
            (Tensor images, Tensor captions) = Embed(dataset, split);
            using IDisposable quiet = no_grad();
            return images.matmul(captions.transpose(0, 1)).MoveToOuterDisposeScope();
        }
        system.Module.eval();
        using IDisposable guard = no_grad();
        string[] texts = [.. split.CaptionRows.Select(dataset.Caption)];
        FragmentSets[] words = [.. texts.Chunk(Tile).Select(chunk =>
        {
            using CaptionBatch batch = CaptionBatch.From([.. chunk.Select(tokenizer.Encode)]);
            return scorer.Captions(batch);
        })];
        List<Tensor> bands = [];
        foreach (int[] rows in split.ImageRows.Chunk(Tile))
        {
            using DisposeScope band = NewDisposeScope();
            using ImageBatch batch = dataset.Images.Read(rows);
            FragmentSets regions = scorer.Images(batch);
            bands.Add(cat([.. words.Select(captions => scorer.Scores(regions, captions).cpu())], 1).MoveToOuterDisposeScope());
        }
        return cat(bands.ToArray(), 0).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => system.Dispose();

    private Tensor Chunks(int count, Func<int, int, Tensor> embed)
    {
        if (count == 0) throw new ArgumentException("There is nothing to embed.");
        system.Module.eval();
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> parts = [];
        for (int start = 0; start < count; start += Chunk) parts.Add(embed(start, Math.Min(Chunk, count - start)).cpu());
        return cat(parts.ToArray(), 0).MoveToOuterDisposeScope();
    }
}
