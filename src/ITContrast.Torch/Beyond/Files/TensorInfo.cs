namespace ITContrast.Torch;

/// <summary>What a tensor is that is going to be written.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">What one element is.</param>
/// <param name="Shape">Extents, outermost first; empty for a scalar.</param>
public sealed record TensorInfo(string Name, ElementType Type, params long[] Shape)
{
    /// <summary>As the first extent of the last tensor of a stream: the rows are counted as they come.</summary>
    public const long Growing = -1;

    /// <summary>Bytes of all elements; null where the shape is negative or overflows.</summary>
    internal long? Bytes => ElementTypes.Count(Shape) is { } count && count <= long.MaxValue / Type.Size() ? count * Type.Size() : null;

    internal string Describe() => $"'{Name}' {Type} [{string.Join(", ", Shape)}]";
}
