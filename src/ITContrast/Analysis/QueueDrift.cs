using ITContrast.Evaluation;
using ITContrast.Evaluation.Ranking;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Analysis;

/// <summary>
/// How far keys in a queue have drifted from what the encoder would make of them now.
/// <code>
///   drift(a) = mean over snapshots t and items x of cos( key_t(x), key_{t+a}(x) )        a: age in steps
/// </code>
/// 1 means that old keys are as good as new ones; a momentum encoder of m near 1 keeps it there. Source: METHODS 7, "queue drift" [I].
/// </summary>
public static class QueueDrift
{
    /// <summary>Measures every age that two snapshots are apart.</summary>
    /// <param name="snapshots">The same items encoded at rising steps, each <c>[N, D]</c>; two or more.</param>
    /// <exception cref="ArgumentException">Fewer than two snapshots, or steps that do not rise.</exception>
    /// <exception cref="ShapeException">Snapshots of another shape than the first.</exception>
    /// <exception cref="DataException">A row is zero or not finite.</exception>
    public static QueueDriftReport Measure(IReadOnlyList<(long Step, Tensor Keys)> snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        return Of([.. snapshots.Select(snapshot => (snapshot.Step, Rows.Of(snapshot.Keys, $"keys of step {snapshot.Step}")))]);
    }

    /// <summary>From files, each the same items at one step.</summary>
    /// <param name="snapshots">Files with the step of each, at rising steps; two or more.</param>
    public static QueueDriftReport Measure(IReadOnlyList<(long Step, EmbeddingFile Keys)> snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        return Of([.. snapshots.Select(snapshot => (snapshot.Step, snapshot.Keys.Rows()))]);
    }

    private static QueueDriftReport Of(IReadOnlyList<(long Step, Rows Keys)> snapshots)
    {
        if (snapshots.Count < 2)
            throw new ArgumentException($"Drift is measured between snapshots: give two or more, found {snapshots.Count}.", nameof(snapshots));
        for (int i = 1; i < snapshots.Count; i++)
        {
            if (snapshots[i].Step <= snapshots[i - 1].Step)
                throw new ArgumentException(
                    $"Snapshots come in the order of their steps; {snapshots[i].Step} follows {snapshots[i - 1].Step}.", nameof(snapshots));
            (Rows first, Rows keys) = (snapshots[0].Keys, snapshots[i].Keys);
            if (keys.Count != first.Count || keys.Width != first.Width)
                throw ShapeException.Of($"keys of step {snapshots[i].Step}", $"{first.Count}, {first.Width} (as the first snapshot)", [keys.Count, keys.Width]);
        }
        Rows[] unit = [.. snapshots.Select(snapshot => NormalisedRows.Of(snapshot.Keys))];
        var pairs = from older in Enumerable.Range(0, unit.Length)
                    from newer in Enumerable.Range(older + 1, unit.Length - older - 1)
                    group (older, newer) by snapshots[newer].Step - snapshots[older].Step into age
                    orderby age.Key
                    select age;
        IReadOnlyList<KeyAge> ages = [.. pairs.Select(age => Age(age.Key, [.. age.SelectMany(pair => Cosines(unit[pair.older], unit[pair.newer]))]))];
        return new(ages, unit[0].Count, snapshots.Count);
    }

    private static KeyAge Age(long steps, double[] cosines)
    {
        Array.Sort(cosines);
        return new(steps, cosines.Average(), cosines[(int)(0.05 * (cosines.Length - 1))]);
    }

    private static unsafe double[] Cosines(Rows older, Rows newer)
    {
        var cosines = new double[older.Count];
        for (int row = 0; row < cosines.Length; row++)
            for (int k = 0; k < older.Width; k++) cosines[row] += (double)older[row][k] * newer[row][k];
        return cosines;
    }
}
