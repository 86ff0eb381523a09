using ITContrast.Evaluation.Ranking;

namespace ITContrast.Evaluation.Sharding;

/// <summary>Adds shards up to the report that one machine would have given.</summary>
public static class ShardMerge
{
    /// <summary>Merges all shards of one evaluation, in any order.</summary>
    /// <param name="shards">Every shard once.</param>
    /// <param name="imageOf">Per caption the row of its image; the one the shards were computed with.</param>
    /// <exception cref="DataException">Shards of different embeddings, one missing or twice, or scores that differ.</exception>
    public static RetrievalReport Merge(IReadOnlyList<ShardCounts> shards, int[] imageOf)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(imageOf);
        Require(shards, imageOf);
        double[] scores = shards[0].Scores;
        PairCount[] ofImages = Sum(shards.Select(shard => shard.ImageQuery)), ofCaptions = Sum(shards.Select(shard => shard.CaptionQuery));

        RankCounts images = new(shards[0].Identity.ImageRows), captions = new(scores.Length);
        var best = new int[shards[0].Identity.ImageRows];
        Array.Fill(best, -1);
        for (int caption = 0; caption < scores.Length; caption++)
        {
            Set(captions, caption, ofCaptions[caption], positives: 1);
            int image = imageOf[caption];
            if (best[image] < 0 || scores[caption] > scores[best[image]]) best[image] = caption;
        }
        var equalPositives = new int[best.Length];
        for (int caption = 0; caption < scores.Length; caption++)
            if (scores[caption] == scores[best[imageOf[caption]]]) equalPositives[imageOf[caption]]++;
        int[] asked = Pairing.Captioned(imageOf);
        foreach (int image in asked) Set(images, image, ofImages[best[image]], equalPositives[image]);
        return RetrievalReport.From(images, captions, ScorePrecision.Auto, asked);
    }

    /// <summary>The reports on the extended judgements that the shards were computed with, by name; empty where there were none.</summary>
    /// <param name="shards">Every shard once.</param>
    /// <param name="imageOf">As for <see cref="Merge"/>.</param>
    /// <exception cref="DataException">As <see cref="Merge"/>, or the shards were computed with different judgements.</exception>
    public static IReadOnlyDictionary<string, ExtendedReport> MergeJudged(IReadOnlyList<ShardCounts> shards, int[] imageOf)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(imageOf);
        Require(shards, imageOf);
        ShardIdentity identity = shards[0].Identity;
        return shards[0].Judged.Select((set, place) => (set, counts: Sum(shards.Select(shard => shard.Judged[place].Counts)))).ToDictionary(
            found => found.set.Name,
            found => JudgedPairs.Report(found.set.ImageQuery ? identity.CaptionRows : identity.ImageRows, found.set.Queries, found.set.Pairs, found.counts));
    }

    private static void Set(RankCounts counts, int query, PairCount pair, int positives)
    {
        (counts.Greater[query], counts.EqualBefore[query]) = (pair.Greater, pair.EqualBefore);
        (counts.EqualPositives[query], counts.EqualOthers[query]) = (positives, pair.Equal - positives);
    }

    private static PairCount[] Sum(IEnumerable<PairCount[]> parts) => parts.Aggregate((a, b) =>
        [.. a.Zip(b, (x, y) => new PairCount(x.Greater + y.Greater, x.EqualBefore + y.EqualBefore, x.Equal + y.Equal))]);

    private static string Names(ShardCounts shard) => shard.Judged.Length == 0 ? "none" : string.Join(", ", shard.Judged.Select(set => set.Name));

    private static void Require(IReadOnlyList<ShardCounts> shards, int[] imageOf)
    {
        if (shards.Count == 0) throw new DataException("There is no shard to merge.");
        ShardIdentity first = shards[0].Identity;
        foreach (ShardCounts shard in shards)
        {
            if (!first.IsOfTheSame(shard.Identity))
                throw new DataException(
                    $"Shard {shard.Identity.Shard} is of other embeddings or another division ({shard.Identity.ImageRows} × {shard.Identity.CaptionRows} in "
                        + $"{shard.Identity.Shards}, images {shard.Identity.Images[..12]}, captions {shard.Identity.Captions[..12]}) than shard {first.Shard} "
                        + $"({first.ImageRows} × {first.CaptionRows} in {first.Shards}, images {first.Images[..12]}, captions {first.Captions[..12]}). Shards of different "
                        + "evaluations do not mix: compute them again from one pair of files.");
            if (!shard.Scores.AsSpan().SequenceEqual(shards[0].Scores))
                throw new DataException($"Shards {first.Shard} and {shard.Identity.Shard} disagree on the positives' scores: one of the files is damaged.");
            if (shard.Judged.Length != shards[0].Judged.Length || !shard.Judged.Zip(shards[0].Judged, (a, b) => a.IsOfTheSame(b)).All(same => same))
                throw new DataException(
                    $"Shards {first.Shard} and {shard.Identity.Shard} were computed with different judgements ({Names(shards[0])}; {Names(shard)}): compute them "
                        + "again with the same options.");
        }
        int[] missing = [.. Enumerable.Range(0, first.Shards).Except(shards.Select(shard => shard.Identity.Shard))];
        if (missing.Length > 0) throw new DataException($"Shards {string.Join(", ", missing)} of {first.Shards} are missing.");
        if (shards.Count != first.Shards) throw new DataException($"{shards.Count} shards were given, but there are {first.Shards}: one is named twice.");
        if (ShardIdentity.HashOf(imageOf) != first.ImageOf)
            throw new DataException("The captions' image rows are not those that the shards were computed with.");
    }
}
