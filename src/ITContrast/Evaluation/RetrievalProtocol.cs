namespace ITContrast.Evaluation;

/// <summary>
/// Which rows are ranked against which. Folds are sequential, never random, so the order of the rows matters: it is Karpathy's.
/// </summary>
public enum RetrievalProtocol
{
    /// <summary>"whole": everything given against everything given.</summary>
    Whole,

    /// <summary>"f30k-1k": Flickr30K's 1,000 test images against their captions.</summary>
    Flickr1K,

    /// <summary>"coco-5k": COCO's 5,000 test images against their captions.</summary>
    Coco5K,

    /// <summary>"coco-1k": COCO's 5,000 test images in five sequential folds of 1,000; every metric is the mean of the five.</summary>
    Coco1K,

    /// <summary>
    /// "coco-1k-first-fold": only the first of those folds. Some papers report it as "1K"; it flatters, and is not comparable with <see cref="Coco1K"/>.
    /// </summary>
    Coco1KFirstFold,

    /// <summary>"first-1000": the first 1,000 of any number of images; vsepp and SCAN validate so. Not a test protocol.</summary>
    First1000,
}
