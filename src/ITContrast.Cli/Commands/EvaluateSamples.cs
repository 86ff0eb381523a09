using System.Text.Json.Nodes;
using ITContrast.Evaluation;
using ITContrast.Evaluation.Statistics;

namespace ITContrast.Cli.Commands;

/// <summary>The evaluated test set as a sample for intervals and paired tests, and other runs' stored ranks on the same test set.</summary>
internal sealed class EvaluateSamples
{
    private readonly RetrievalReport report;
    private readonly int[] askedOf;
    private readonly int[]? groups;

    /// <param name="report">One fold with every caption.</param>
    /// <param name="imageOf">Per caption its image row.</param>
    /// <param name="families">int64 .npy, one family an image row; null resamples images.</param>
    public EvaluateSamples(RetrievalReport report, int[] imageOf, string? families)
    {
        this.report = report;
        int[] asked = [.. imageOf.Distinct().Order()];
        askedOf = [.. imageOf.Select(image => Array.BinarySearch(asked, image))];
        if (families is not null)
        {
            long[] ofImages = FileEvaluation.Integers(families, report.CaptionQuery.Gallery, "one family an image"),
                distinct = [.. asked.Select(image => ofImages[image]).Distinct().Order()];
            groups = [.. asked.Select(image => Array.BinarySearch(distinct, ofImages[image]))];
        }
        Own = new(report, askedOf, groups);
    }

    /// <summary>The evaluated embeddings' own ranks.</summary>
    public RetrievalSample Own { get; }

    /// <summary>Ranks as <c>--ranks PREFIX</c> wrote them.</summary>
    public RetrievalSample Read(string prefix) =>
        new(Ranks($"{prefix}.image.npy", report.ImageQuery), Ranks($"{prefix}.caption.npy", report.CaptionQuery), askedOf, groups);

    /// <summary>
    /// Each other system, given as PREFIX or as its seeds' PREFIX,PREFIX,…: this one minus that on every metric; Holm's correction runs over the systems of a
    /// metric.
    /// </summary>
    public JsonObject Compare(IReadOnlyList<RetrievalSample> own, IReadOnlyList<string> others, BootstrapOptions options)
    {
        if (others.Distinct().Count() < others.Count) throw new UserError($"--compare names a system twice: {string.Join(" ", others)}.");
        IReadOnlyList<PairedDifference>[] all = [.. others.Select(other => PairedComparison.Compare(own, [.. other.Split(',').Select(Read)], options))];
        double[][] adjusted = [.. RetrievalSample.Metrics.Select((_, metric) => Holm.Adjust([.. all.Select(system => system[metric].PValue)]))];
        return new(
            others.Select(
                (other, system) =>
                    KeyValuePair.Create(
                        other,
                        (JsonNode?)
                            new JsonObject(
                                all[system]
                                    .Select(
                                        (d, metric) =>
                                            KeyValuePair.Create(
                                                d.Metric,
                                                (JsonNode?)
                                                    new JsonObject
        {
            ["difference"] = d.Difference,
            ["low"] = d.Low,
            ["high"] = d.High,
            ["p"] = Number(d.PValue),
            ["p_holm"] = Number(adjusted[metric][system]),
            ["smallest_detectable"] = d.SmallestDetectable,
        }))))));
    }

    // The median rank has no test.
    private static JsonNode? Number(double value) => double.IsNaN(value) ? null : value;

    private static int[] Ranks(string path, DirectionReport direction)
    {
        long[] ranks = FileEvaluation.Integers(path, direction.Queries, "0-based ranks, one a query");
        int wrong = Array.FindIndex(ranks, rank => rank < 0 || rank >= direction.Gallery);
        return wrong < 0
            ? [.. ranks.Select(rank => (int)rank)]
            : throw DataException.At(path, $"row {wrong}", $"a rank from 0 to {direction.Gallery - 1}", $"{ranks[wrong]}");
    }
}
