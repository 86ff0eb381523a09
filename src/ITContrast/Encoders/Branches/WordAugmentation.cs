using ITContrast.Data;
using ITContrast.Text;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>
/// VSE∞'s size augmentation of captions, in training only: each word is touched with probability 0.2 and then masked (0.5), replaced by any word
/// (0.1) or removed (0.4). Marks stay. It draws from the layer's stream, three numbers a token.
/// Source: <c>woodfrog/vse_infty</c> [V, METHODS 5.1].
/// </summary>
public sealed class WordAugmentation : nn.Module, IStreamedLayer
{
    private readonly HashSet<int> marks;
    private readonly int[] words;
    private readonly int maskId;
    private readonly double rate, masked, replaced;

    /// <param name="tokenizer">The captions' vocabulary.</param>
    /// <param name="maskId">The token that stands for a masked word: [MASK], or the unknown word of a vocabulary without one.</param>
    /// <param name="rate">Probability that a word is touched, 0 up to but not including 1.</param>
    /// <param name="masked">Share of touched words that become the mask.</param>
    /// <param name="replaced">Share that becomes another word; the rest is removed.</param>
    public WordAugmentation(ITokenizer tokenizer, int maskId, double rate = 0.2, double masked = 0.5, double replaced = 0.1) : base(nameof(WordAugmentation))
    {
        if (rate is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "The share of touched words is 0 up to, but not including, 1.");
        if (!(masked >= 0 && replaced >= 0 && masked + replaced <= 1))
            throw new ArgumentOutOfRangeException(nameof(masked), masked, "The shares of masked and replaced words are at least 0 and at most 1 together.");
        if ((uint)maskId >= (uint)tokenizer.VocabularySize)
            throw new ArgumentOutOfRangeException(nameof(maskId), maskId, $"The mask is an id of the vocabulary, 0 to {tokenizer.VocabularySize - 1}.");
        ILookup<bool, int> ids = Enumerable.Range(0, tokenizer.VocabularySize).ToLookup(tokenizer.IsSpecial);
        (marks, words, this.maskId, this.rate, this.masked, this.replaced) = ([.. ids[true]], [.. ids[false]], maskId, rate, masked, replaced);
        if (words.Length == 0) throw new ArgumentException("The vocabulary holds marks alone.", nameof(tokenizer));
    }

    /// <inheritdoc/>
    public LayerStream Stream { get; } = new();

    /// <summary>The captions with words masked, replaced and removed; null in evaluation. The caller disposes it.</summary>
    public CaptionBatch? Apply(CaptionBatch batch)
    {
        if (!training || rate == 0) return null;
        using DisposeScope scope = NewDisposeScope();
        (int size, int longest) = (batch.Size, (int)batch.Tokens.shape[1]);
        using Generator generator = Stream.Next(CPU);
        float[] draws = [.. rand([size, longest, 3], dtype: ScalarType.Float32, generator: generator).data<float>()];
        long[] tokens = [.. batch.Tokens.cpu().data<long>()], lengths = [.. batch.Lengths.cpu().data<long>()];
        int[][] changed = new int[size][];
        for (int row = 0; row < size; row++)
        {
            List<int> kept = [];
            for (int place = 0; place < lengths[row]; place++)
            {
                int token = (int)tokens[row * longest + place], at = 3 * (row * longest + place);
                int? after = marks.Contains(token) || draws[at] >= rate ? token
                    : draws[at + 1] < masked ? maskId
                    : draws[at + 1] < masked + replaced ? words[Math.Min((int)(draws[at + 2] * words.Length), words.Length - 1)] : null;
                if (after is { } id) kept.Add(id);
            }
            // A caption without marks may lose every word; its last one stays.
            changed[row] = kept.Count > 0 ? [.. kept] : [(int)tokens[row * longest + lengths[row] - 1]];
        }
        CaptionBatch made = CaptionBatch.From(changed, Math.Max(longest, 2)), moved = made.To(batch.Tokens.device);
        if (!ReferenceEquals(moved, made)) made.Dispose();
        return moved;
    }
}
