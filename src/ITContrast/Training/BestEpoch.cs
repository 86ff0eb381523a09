using System.Text.Json.Nodes;

namespace ITContrast.Training;

/// <summary>The best validation so far. It is read back from the metrics, so a resumed run stops where an uninterrupted one would.</summary>
internal sealed class BestEpoch
{
    private double best = double.NegativeInfinity;

    /// <summary>Epochs since the best one; 0 right after it.</summary>
    public int Since { get; private set; }

    /// <summary>What the lines of <c>metrics.jsonl</c> hold.</summary>
    public static BestEpoch Read(string path)
    {
        BestEpoch found = new();
        // The log itself is open for writing, by this process.
        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
            if (line.Contains("\"validation\"", StringComparison.Ordinal)) found.Add((double?)JsonNode.Parse(line)!["validation"]?["rsum"]);
        return found;
    }

    /// <summary>Adds an epoch's rsum; an equal one is no better.</summary>
    public bool Add(double? rsum)
    {
        bool better = rsum > best;
        (best, Since) = better ? (rsum!.Value, 0) : (best, Since + 1);
        return better;
    }
}
