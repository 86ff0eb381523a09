namespace ITContrast.Evaluation.Ranking;

/// <summary>What must hold between images, captions and the image of each caption.</summary>
internal static class Pairing
{
    /// <exception cref="ShapeException">Something disagrees; the message says what and where.</exception>
    public static void Require(Rows images, Rows captions, int[] imageOf, bool distractors = false)
    {
        ArgumentNullException.ThrowIfNull(imageOf);
        if (images.Width != captions.Width)
            throw new ShapeException(
                $"images are [{images.Count}, {images.Width}] and captions [{captions.Count}, {captions.Width}]: expected one width for both. " +
                "Embeddings of two different models, perhaps?");
        if (imageOf.Length != captions.Count)
            throw new ShapeException($"imageOf: expected one image row a caption, {captions.Count}, found {imageOf.Length}.");
        var captioned = new bool[images.Count];
        for (int caption = 0; caption < imageOf.Length; caption++)
        {
            int image = imageOf[caption];
            if (image < 0 || image >= images.Count)
                throw new ShapeException($"imageOf: caption row {caption} belongs to image row {image}, but image rows are 0 to {images.Count - 1}.");
            captioned[image] = true;
        }
        int bare = distractors ? -1 : Array.IndexOf(captioned, false);
        if (bare >= 0)
            throw new ShapeException(
                $"images: row {bare} has no caption, so as a query it has no positive. Leave such images out, give them a caption, or ask for distractors, " +
                "which are ranked and not asked.");
    }

    /// <summary>The image rows that have a caption, ascending.</summary>
    public static int[] Captioned(int[] imageOf) => [.. imageOf.Distinct().Order()];

    /// <summary>Captions in image order, equally many an image: caption c belongs to image c / (M / N).</summary>
    /// <exception cref="ShapeException">M is not a multiple of N.</exception>
    public static int[] Consecutive(long images, long captions)
    {
        if (captions < images || captions % images != 0)
            throw new ShapeException(
                $"captions: expected a multiple of the {images} image rows (without further word, caption c belongs to image c / (M / N)), " +
                $"found {captions} caption rows. Say which image each belongs to: an int64 array, one image row a caption (on the command line: --image-of FILE).");
        long each = captions / images;
        var imageOf = new int[captions];
        for (int caption = 0; caption < imageOf.Length; caption++) imageOf[caption] = (int)(caption / each);
        return imageOf;
    }
}
