namespace ITContrast.Torch;

/// <summary>The safetensors format's names of element types.</summary>
internal static class SafetensorsTypes
{
    private static readonly Dictionary<string, ElementType> Known = new()
    {
        ["BOOL"] = ElementType.Bool,
        ["U8"] = ElementType.UInt8,
        ["I8"] = ElementType.Int8,
        ["I16"] = ElementType.Int16,
        ["U16"] = ElementType.UInt16,
        ["F16"] = ElementType.Float16,
        ["BF16"] = ElementType.BFloat16,
        ["I32"] = ElementType.Int32,
        ["U32"] = ElementType.UInt32,
        ["F32"] = ElementType.Float32,
        ["F64"] = ElementType.Float64,
        ["I64"] = ElementType.Int64,
        ["U64"] = ElementType.UInt64,
        ["C64"] = ElementType.Complex64,
    };

    public static string All => string.Join(" ", Known.Keys);

    public static ElementType? Parse(string name) => Known.TryGetValue(name, out ElementType type) ? type : null;

    public static string Format(ElementType type) =>
        Known.FirstOrDefault(pair => pair.Value == type).Key ?? throw new ArgumentException($"safetensors has no name for {type}.", nameof(type));
}
