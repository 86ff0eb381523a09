namespace ITContrast.Data;

/// <summary>Several sources one after the other, as when each split has a file of its own. Kinds and row shapes must agree.</summary>
public sealed class ConcatenatedImages : IImageSource
{
    private readonly (string Name, IImageSource Source)[] parts;
    private readonly int[] starts;

    /// <param name="parts">The sources, owned from now on, with the names that errors give them.</param>
    /// <exception cref="DataException">Two parts differ in kind or row shape; all are disposed.</exception>
    public ConcatenatedImages(IEnumerable<(string Name, IImageSource Source)> parts)
    {
        this.parts = [.. parts];
        if (this.parts.Length == 0) throw new ArgumentException("At least one source is needed.", nameof(parts));
        starts = new int[this.parts.Length + 1];
        (string firstName, IImageSource first) = this.parts[0];
        for (int i = 0; i < this.parts.Length; i++)
        {
            (string name, IImageSource source) = this.parts[i];
            if (source.Kind != first.Kind || !source.RowShape.SequenceEqual(first.RowShape))
            {
                Dispose();
                throw DataException.At(
                    name, "", $"{first.Kind} rows [{string.Join(", ", first.RowShape)}], as in {firstName}",
                    $"{source.Kind} [{string.Join(", ", source.RowShape)}]");
            }
            starts[i + 1] = checked(starts[i] + source.Count);
        }
    }

    /// <inheritdoc/>
    public ImageKind Kind => parts[0].Source.Kind;

    /// <inheritdoc/>
    public int Count => starts[^1];

    /// <inheritdoc/>
    public IReadOnlyList<long> RowShape => parts[0].Source.RowShape;

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => [.. parts.SelectMany(part => part.Source.Remarks)];

    /// <inheritdoc/>
    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        int only = rows.Length == 0 ? 0 : PartOf(rows[0]);
        bool single = true;
        foreach (int row in rows) single &= PartOf(row) == only;
        if (single)
        {
            int[] local = new int[rows.Length];
            for (int i = 0; i < rows.Length; i++) local[i] = rows[i] - starts[only];
            return parts[only].Source.Read(local);
        }
        ImageBatch? batch = null;
        for (int i = 0; i < rows.Length; i++)
        {
            int part = PartOf(rows[i]);
            using ImageBatch one = parts[part].Source.Read([rows[i] - starts[part]]);
            batch ??= ImageBatch.Allocate(Kind, [rows.Length, .. RowShape], one.Boxes is not null);
            one.ValueSpan.CopyTo(batch.ValueSpan[(i * one.ValueSpan.Length)..]);
            if (Kind == ImageKind.Regions) batch.CountSpan[i] = one.CountSpan[0];
            if (batch.Boxes is not null) one.BoxSpan.CopyTo(batch.BoxSpan[(i * one.BoxSpan.Length)..]);
        }
        return batch!;
    }

    /// <summary>Closes all parts.</summary>
    public void Dispose()
    {
        foreach ((_, IImageSource source) in parts) source.Dispose();
    }

    private int PartOf(int row)
    {
        if ((uint)row >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(row), $"Expected an image row below {Count}, found {row}.");
        int part = Array.BinarySearch(starts, row);
        // A row that starts a part is found exactly (the last of several equal starts: empty parts have no rows); others fall into the part before.
        if (part < 0) return ~part - 1;
        while (starts[part + 1] == row) part++;
        return part;
    }
}
