namespace ITContrast.Evaluation;

/// <summary>A named set of judgements for one direction, by rows: what <see cref="ExtendedRetrieval"/> evaluates.</summary>
/// <param name="Name">As in reports: "eccv.image_query", "concepts.caption_query".</param>
/// <param name="ImageQuery">Images are the queries and captions the gallery; otherwise the other way round.</param>
/// <param name="Positives">Per query row its positive gallery rows; an empty array leaves the query out.</param>
public sealed record JudgedSet(string Name, bool ImageQuery, IReadOnlyList<int[]> Positives);
