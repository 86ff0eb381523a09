namespace ITContrast.Data;

/// <summary>
/// The images of a data set, read by row. A batch touches only its rows: files are mapped, never copied whole. <see cref="Read"/> may be called
/// from several threads at once.
/// </summary>
public interface IImageSource : IDisposable
{
    /// <summary>What a row is.</summary>
    ImageKind Kind { get; }

    /// <summary>The number of images.</summary>
    int Count { get; }

    /// <summary>The shape of a row: <c>[3, H, W]</c>, <c>[R, D]</c> with R the most regions of any image, or <c>[D]</c>.</summary>
    IReadOnlyList<long> RowShape { get; }

    /// <summary>What someone who relies on the values should know, as that a file's numbers are rounded on reading; empty where nothing is.</summary>
    IReadOnlyList<string> Remarks => [];

    /// <summary>The given rows, in the given order, repeats allowed; the caller disposes the batch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A row is negative or not below <see cref="Count"/>.</exception>
    /// <exception cref="DataException">The file's row is damaged.</exception>
    ImageBatch Read(ReadOnlySpan<int> rows);
}
