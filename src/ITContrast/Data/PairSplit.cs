namespace ITContrast.Data;

/// <summary>One split of a data set: which image rows and caption rows belong to it, in evaluation order (folds depend on the order).</summary>
public sealed class PairSplit
{
    /// <param name="name">"train", "val", "test", …</param>
    /// <param name="imageRows">Rows of the data set's images.</param>
    /// <param name="captionRows">Rows of the data set's captions.</param>
    /// <param name="imageOf">For each caption of the split, the position of its image in <paramref name="imageRows"/>.</param>
    /// <exception cref="ShapeException"><paramref name="imageOf"/> is not as long as <paramref name="captionRows"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An entry of <paramref name="imageOf"/> is no position of <paramref name="imageRows"/>.</exception>
    public PairSplit(string name, int[] imageRows, int[] captionRows, int[] imageOf)
    {
        if (imageOf.Length != captionRows.Length) throw ShapeException.Of($"split {name}, imageOf", $"{captionRows.Length}", [imageOf.Length]);
        for (int i = 0; i < imageOf.Length; i++)
            if ((uint)imageOf[i] >= (uint)imageRows.Length)
                throw new ArgumentOutOfRangeException(
                    nameof(imageOf), $"Split {name}, caption {i}: expected an image position below {imageRows.Length}, found {imageOf[i]}.");
        (Name, ImageRows, CaptionRows, ImageOf) = (name, imageRows, captionRows, imageOf);
    }

    /// <summary>The split's name.</summary>
    public string Name { get; }

    /// <summary>Image rows of the data set.</summary>
    public int[] ImageRows { get; }

    /// <summary>Caption rows of the data set.</summary>
    public int[] CaptionRows { get; }

    /// <summary>Caption position → image position, both in this split; what the evaluator takes.</summary>
    public int[] ImageOf { get; }

    /// <summary>Caption positions by image position: the inverse of <see cref="ImageOf"/>.</summary>
    public int[][] CaptionsByImage()
    {
        var lists = new List<int>[ImageRows.Length];
        for (int i = 0; i < lists.Length; i++) lists[i] = [];
        for (int i = 0; i < ImageOf.Length; i++) lists[ImageOf[i]].Add(i);
        return Array.ConvertAll(lists, list => list.ToArray());
    }
}
