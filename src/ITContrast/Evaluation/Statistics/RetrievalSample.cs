namespace ITContrast.Evaluation.Statistics;

/// <summary>
/// One system's ranks on one test set, seen as a sample of independent groups: an image with its captions, or, where images of one concept
/// family depend on each other, the family. Captions of an image are never resampled apart from it, and both directions move together. The
/// gallery stays whole: what is resampled are the queries.
/// </summary>
public sealed class RetrievalSample
{
    /// <summary>The metrics, in the order of every array here: five of the image query, five of the caption query, and their rsum.</summary>
    public static IReadOnlyList<string> Metrics { get; } =
    [
        "image_query.r1", "image_query.r5", "image_query.r10", "image_query.medr", "image_query.meanr",
        "caption_query.r1", "caption_query.r5", "caption_query.r10", "caption_query.medr", "caption_query.meanr", "rsum",
    ];

    private readonly DirectionSample images, captions;

    /// <param name="report">The ranks.</param>
    /// <param name="imageOf">Per caption its image row, as given to <see cref="Retrieval.Evaluate"/>.</param>
    /// <param name="groupOf">Per image its group, numbered from 0 without gaps; null makes every image a group of its own.</param>
    /// <exception cref="ArgumentException">Lengths disagree with the report, or a group has no image.</exception>
    public RetrievalSample(RetrievalReport report, int[] imageOf, int[]? groupOf = null)
        : this(report.ImageQuery.Ranks, report.CaptionQuery.Ranks, imageOf, groupOf)
    {
    }

    /// <param name="imageRanks">Per image query its 0-based rank, as a stored run keeps it.</param>
    /// <param name="captionRanks">Per caption query its 0-based rank.</param>
    /// <param name="imageOf">Per caption its image row.</param>
    /// <param name="groupOf">Per image its group, numbered from 0 without gaps; null makes every image a group of its own.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or a group has no image.</exception>
    public RetrievalSample(int[] imageRanks, int[] captionRanks, int[] imageOf, int[]? groupOf = null)
    {
        ArgumentNullException.ThrowIfNull(imageOf);
        groupOf ??= [.. Enumerable.Range(0, imageRanks.Length)];
        if (groupOf.Length != imageRanks.Length || imageOf.Length != captionRanks.Length)
            throw new ArgumentException(
                $"There are ranks of {imageRanks.Length} images and {captionRanks.Length} captions; " +
                $"groupOf has {groupOf.Length} entries and imageOf {imageOf.Length}.");
        Groups = groupOf.Max() + 1;
        if (groupOf.Min() < 0 || groupOf.Distinct().Count() != Groups)
            throw new ArgumentException($"Groups must be numbered 0 to {Groups - 1} without gaps.", nameof(groupOf));
        images = new(imageRanks, groupOf, Groups);
        captions = new(captionRanks, [.. imageOf.Select(image => groupOf[image])], Groups);
    }

    /// <summary>How many independent groups there are.</summary>
    public int Groups { get; }

    /// <summary>Every metric of <see cref="Metrics"/> when group g counts <paramref name="weights"/>[g] times.</summary>
    public double[] Compute(int[] weights)
    {
        double[] values = new double[Metrics.Count];
        images.Compute(weights, values.AsSpan(0, 5));
        captions.Compute(weights, values.AsSpan(5, 5));
        values[10] = values[0] + values[1] + values[2] + values[5] + values[6] + values[7];
        return values;
    }

    /// <summary>
    /// Group g's share of a metric, so that the metric is their sum; null for the median rank, which is no sum.
    /// </summary>
    internal double[]? Contributions(int metric) => metric switch
    {
        < 5 => images.Contributions(metric),
        < 10 => captions.Contributions(metric - 5),
        _ => Sum(Sum(Contributions(0)!, Contributions(1)!, Contributions(2)!), Contributions(5)!, Sum(Contributions(6)!, Contributions(7)!)),
    };

    private static double[] Sum(params double[][] parts) => [.. parts[0].Select((_, g) => parts.Sum(part => part[g]))];
}
