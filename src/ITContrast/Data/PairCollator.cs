using ITContrast.Text;

namespace ITContrast.Data;

/// <summary>
/// Turns caption rows into a batch: reads the images' rows, encodes the captions, drops words. Each caption is encoded once and remembered.
/// </summary>
/// <param name="dataset">Where rows come from.</param>
/// <param name="tokenizer">How captions become ids.</param>
/// <param name="options">Defaults when null: no word dropout.</param>
public sealed class PairCollator(PairDataset dataset, ITokenizer tokenizer, CollateOptions? options = null)
{
    private readonly CollateOptions options = (options ?? new()).Validated();
    private readonly int[]?[] encoded = new int[]?[dataset.CaptionCount <= RememberedCaptions ? dataset.CaptionCount : 0];

    private const int RememberedCaptions = 2_000_000;

    /// <summary>The batch of these pairs.</summary>
    /// <param name="captionRows">Caption rows of the data set.</param>
    /// <param name="step">The training step: word dropout is a function of (seed, step); ignored when nothing is dropped.</param>
    /// <param name="training">False switches word dropout off.</param>
    public PairBatch Collate(int[] captionRows, long step = 0, bool training = true)
    {
        int[] imageRows = Array.ConvertAll(captionRows, dataset.ImageOf);
        RandomStream? drop = training && options.WordDropout > 0 ? new(options.Seed, "word-dropout", step) : null;
        int[][] tokens = Array.ConvertAll(captionRows, row => drop is null ? Tokens(row) : Dropped(Tokens(row), drop));
        // The masks and the dropped words are those of the whole batch, whichever share of it is read here.
        int own = captionRows.Length / options.Shares, first = own * options.Share;
        if (own * options.Shares != captionRows.Length)
            throw new ArgumentException($"A batch of {captionRows.Length} pairs does not divide among {options.Shares} processes.", nameof(captionRows));
        ImageBatch images = dataset.Images.Read(imageRows.AsSpan(first, own));
        try
        {
            return new PairBatch(
                images,
                CaptionBatch.From(tokens[first..(first + own)], options.MaximumTokens),
                captionRows,
                Array.ConvertAll(imageRows, dataset.ImageId),
                Array.ConvertAll(imageRows, dataset.Group), Array.ConvertAll(captionRows, dataset.CaptionId), options.Shares);
        }
        catch
        {
            images.Dispose();
            throw;
        }
    }

    /// <summary>Token counts by caption row, for length buckets (0 for captions of no given split).</summary>
    public int[] CaptionLengths(PairSplit split)
    {
        int[] lengths = new int[dataset.CaptionCount];
        foreach (int row in split.CaptionRows) lengths[row] = Math.Min(Tokens(row).Length, options.MaximumTokens);
        return lengths;
    }

    private int[] Tokens(int row)
    {
        if (encoded.Length == 0) return tokenizer.Encode(dataset.Caption(row));
        return encoded[row] ??= tokenizer.Encode(dataset.Caption(row));
    }

    private int[] Dropped(int[] tokens, RandomStream stream)
    {
        int[] kept = [.. tokens];
        for (int i = 0; i < kept.Length; i++)
            if (stream.NextDouble() < options.WordDropout && !tokenizer.IsSpecial(kept[i])) kept[i] = tokenizer.UnknownId;
        return kept;
    }
}

/// <summary>How captions are collated.</summary>
public sealed record CollateOptions
{
    /// <summary>Probability of replacing a word by the unknown word, 0..1 (exclusive); 0 by default. On pictocap 0.15 helped.</summary>
    public double WordDropout { get; init; }

    /// <summary>The run's seed; ignored when nothing is dropped.</summary>
    public ulong Seed { get; init; }

    /// <summary>Longer captions are cut to this many tokens, at least 2.</summary>
    public int MaximumTokens { get; init; } = 128;

    /// <summary>How many processes share each batch, at least 1.</summary>
    public int Shares { get; init; } = 1;

    /// <summary>Which share of a batch's images and captions is read here, from 0; ids and masks are always the whole batch's.</summary>
    public int Share { get; init; }

    internal CollateOptions Validated()
    {
        if (WordDropout is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(WordDropout), $"Expected a probability of [0, 1), found {WordDropout}.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumTokens, 2);
        if (Shares < 1 || Share < 0 || Share >= Shares)
            throw new ArgumentOutOfRangeException(nameof(Share), Share, $"Of {Shares} shares, 0 to {Shares - 1} are.");
        return this;
    }
}
