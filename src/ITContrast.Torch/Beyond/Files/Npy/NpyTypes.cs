namespace ITContrast.Torch;

/// <summary>numpy's names of element types (<c>descr</c>): byte order, kind, bytes.</summary>
internal static class NpyTypes
{
    private static readonly Dictionary<string, ElementType> Known = new()
    {
        ["|b1"] = ElementType.Bool,
        ["|u1"] = ElementType.UInt8,
        ["|i1"] = ElementType.Int8,
        ["<i2"] = ElementType.Int16,
        ["<i4"] = ElementType.Int32,
        ["<i8"] = ElementType.Int64,
        ["<u2"] = ElementType.UInt16,
        ["<u4"] = ElementType.UInt32,
        ["<u8"] = ElementType.UInt64,
        ["<f2"] = ElementType.Float16,
        ["<f4"] = ElementType.Float32,
        ["<f8"] = ElementType.Float64,
        ["<c8"] = ElementType.Complex64,
        ["<c16"] = ElementType.Complex128,
    };

    public static ElementType? Parse(string descr) => Known.TryGetValue(descr, out ElementType type) ? type : null;

    public static string Format(ElementType type) =>
        Known.FirstOrDefault(pair => pair.Value == type).Key
        ?? throw new ArgumentException($".npy has no name for {type}; write it as Float32, or as safetensors.", nameof(type));

    /// <summary>Why a type is not read, and what to do.</summary>
    public static string Refusal(string descr) => descr switch
    {
        ['[', ..] => "holds records (a structured dtype); one plain number type is read. Save each field as its own array.",
        [_, 'O', ..] =>
            "holds Python objects (dtype object); they would have to be executed and are never read. Save a plain number array: np.save(path, np.asarray(a, dtype=np.float32)).",
        ['>', ..] => $"holds big-endian numbers ({descr}). Save it little-endian: np.save(path, a.astype(a.dtype.newbyteorder('<'))).",
        [_, 'U' or 'S' or 'M' or 'm' or 'V', ..] => $"holds text, dates or raw bytes ({descr}); numbers and bools are read.",
        _ => $"holds elements of an unknown type ({descr}); known are {string.Join(" ", Known.Keys)}.",
    };
}
