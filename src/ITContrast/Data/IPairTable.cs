namespace ITContrast.Data;

/// <summary>
/// Everything about a data set except its images' values: captions, ids, groups, tags. <see cref="PairTable"/> holds it in memory;
/// a generated data set computes it by row.
/// </summary>
public interface IPairTable
{
    /// <summary>The number of images.</summary>
    int ImageCount { get; }

    /// <summary>The number of captions.</summary>
    int CaptionCount { get; }

    /// <summary>The caption's text.</summary>
    string Caption(int captionRow);

    /// <summary>The image row that the caption was written for.</summary>
    int ImageOf(int captionRow);

    /// <summary>The caption's id; unique.</summary>
    long CaptionId(int captionRow);

    /// <summary>The image's id; unique.</summary>
    long ImageId(int imageRow);

    /// <summary>The image's group: every caption of the group describes it. The image's own row where the data set knows no groups.</summary>
    long Group(int imageRow);

    /// <summary>The image's file name or key, for people.</summary>
    string ImageName(int imageRow);

    /// <summary>Object tags of the image; empty where there are none.</summary>
    IReadOnlyList<string> Tags(int imageRow);
}
