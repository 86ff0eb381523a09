namespace ITContrast.Data;

/// <summary>Another source's rows in another order, as when a feature file lists images by id. Owns the source.</summary>
public sealed class RowsOfSource : IImageSource
{
    private readonly IImageSource source;
    private readonly int[] rows;

    /// <param name="source">The source, owned from now on.</param>
    /// <param name="rows">Row i of this source is row <c>rows[i]</c> of that one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A row is none of the source's.</exception>
    public RowsOfSource(IImageSource source, int[] rows)
    {
        foreach (int row in rows)
            if ((uint)row >= (uint)source.Count) throw new ArgumentOutOfRangeException(nameof(rows), $"Expected rows below {source.Count}, found {row}.");
        (this.source, this.rows) = (source, rows);
    }

    /// <inheritdoc/>
    public ImageKind Kind => source.Kind;

    /// <inheritdoc/>
    public int Count => rows.Length;

    /// <inheritdoc/>
    public IReadOnlyList<long> RowShape => source.RowShape;

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => source.Remarks;

    /// <inheritdoc/>
    public ImageBatch Read(ReadOnlySpan<int> wanted)
    {
        int[] mapped = new int[wanted.Length];
        for (int i = 0; i < wanted.Length; i++)
            mapped[i] =
                (uint)wanted[i] < (uint)rows.Length
                    ? rows[wanted[i]]
                    : throw new ArgumentOutOfRangeException(nameof(wanted), $"Expected a row below {rows.Length}, found {wanted[i]}.");
        return source.Read(mapped);
    }

    /// <summary>Closes the source.</summary>
    public void Dispose() => source.Dispose();
}
