namespace ITContrast.Data;

/// <summary>Groups a table's rows into splits, keeping the file's order, which is the evaluation order.</summary>
internal static class SplitBuilder
{
    /// <param name="table">The rows.</param>
    /// <param name="splitOf">The split's name by image row; null leaves the image out.</param>
    /// <param name="order">Names to come first, in this order; others follow as they occur. Names without images are left out.</param>
    /// <param name="captionsPerImage">At most this many captions an image, the first ones (<c>sentids[:5]</c>).</param>
    public static IEnumerable<PairSplit> Build(IPairTable table, Func<int, string?> splitOf, IReadOnlyList<string> order, int captionsPerImage = int.MaxValue)
    {
        List<string> names = [.. order];
        Dictionary<string, (List<int> Images, List<int> Captions, List<int> ImageOf)> parts = [];
        int[] position = new int[table.ImageCount];
        string?[] splits = new string?[table.ImageCount];
        for (int row = 0; row < table.ImageCount; row++)
        {
            if ((splits[row] = splitOf(row)) is not { } name) continue;
            if (!parts.TryGetValue(name, out var part))
            {
                parts[name] = part = ([], [], []);
                if (!names.Contains(name)) names.Add(name);
            }
            position[row] = part.Images.Count;
            part.Images.Add(row);
        }
        int[] taken = new int[table.ImageCount];
        for (int caption = 0; caption < table.CaptionCount; caption++)
        {
            int row = table.ImageOf(caption);
            if (splits[row] is not { } name || taken[row]++ >= captionsPerImage) continue;
            parts[name].Captions.Add(caption);
            parts[name].ImageOf.Add(position[row]);
        }
        return names.Where(parts.ContainsKey).Select(name => new PairSplit(name, [.. parts[name].Images], [.. parts[name].Captions], [.. parts[name].ImageOf]));
    }
}
