namespace ITContrast.Data;

/// <summary>
/// vsepp's <c>coco_{train,restval,dev,test}_ids.npy</c>: int64 caption ids, five consecutive ids an image. They fix which captions a split has and in which
/// order.
/// Source: vsepp, data.py CocoDataset; METHODS.md 6.1 [V].
/// </summary>
public static class VseppIds
{
    /// <summary>Reads a file of ids.</summary>
    /// <exception cref="DataException">Not one dimension of integers, none, or a number of them that is no multiple of five.</exception>
    public static long[] Read(string path)
    {
        long[] ids = Guarded.ReadIntegers(path);
        return ids.Length > 0 && ids.Length % 5 == 0 ? ids : throw DataException.At(path, "", "five caption ids an image", $"{ids.Length} ids");
    }

    /// <summary>The data set with the named splits replaced by those of the files; other splits stay, less the images that the files claim.</summary>
    /// <exception cref="DataException">An id is unknown, or five consecutive ones belong to different images.</exception>
    public static PairDataset Apply(PairDataset dataset, IReadOnlyDictionary<string, string> files)
    {
        Dictionary<long, int> rowOf = new(dataset.CaptionCount);
        for (int row = 0; row < dataset.CaptionCount; row++) rowOf.TryAdd(dataset.CaptionId(row), row);
        List<PairSplit> splits = [];
        HashSet<int> claimed = [];
        foreach ((string name, string path) in files)
        {
            long[] ids = Read(path);
            int[] captions = new int[ids.Length], imageOf = new int[ids.Length], images = new int[ids.Length / 5];
            for (int i = 0; i < ids.Length; i++)
            {
                if (!rowOf.TryGetValue(ids[i], out captions[i])) throw DataException.At(path, $"row {i}", $"a caption id of {dataset.Name}", $"{ids[i]}");
                int image = dataset.ImageOf(captions[i]);
                if (i % 5 == 0) images[i / 5] = image;
                else if (images[i / 5] != image)
                    throw DataException.At(
                        path, $"row {i}", $"a caption of image {dataset.ImageId(images[i / 5])}, like row {i - i % 5}",
                        $"one of image {dataset.ImageId(image)}");
                imageOf[i] = i / 5;
            }
            claimed.UnionWith(images);
            splits.Add(new PairSplit(name, images, captions, imageOf));
        }
        foreach (string name in dataset.SplitNames.Where(name => !files.ContainsKey(name)))
        {
            PairSplit split = dataset.Split(name);
            int[] kept = [.. Enumerable.Range(0, split.ImageRows.Length).Where(i => !claimed.Contains(split.ImageRows[i]))];
            if (kept.Length == 0) continue;
            Dictionary<int, int> position = kept.Select((old, place) => (old, place)).ToDictionary(pair => pair.old, pair => pair.place);
            int[] captions = [.. Enumerable.Range(0, split.CaptionRows.Length).Where(i => position.ContainsKey(split.ImageOf[i]))];
            splits.Add(
                new PairSplit(
                    name,
                    [.. kept.Select(i => split.ImageRows[i])],
                    [.. captions.Select(i => split.CaptionRows[i])],
                    [.. captions.Select(i => position[split.ImageOf[i]])]));
        }
        return new PairDataset(
            dataset.Name, dataset.Images, dataset.Table, splits, ContentHash.OfText(dataset.ContentHash + ContentHash.OfFiles(files.Values)));
    }
}
