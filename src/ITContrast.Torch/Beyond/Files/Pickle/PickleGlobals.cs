namespace ITContrast.Torch;

/// <summary>A Python name that a pickle asks for and that is known here; none of them is code of the file.</summary>
internal sealed record PickleGlobal(string Name, ElementType? Storage = null);

/// <summary>
/// The closed list of Python names that files of <c>torch.save</c> with plain tensors need. A pickle may name any function of any installed module; whatever
/// is not listed here is refused by name and never looked up.
/// </summary>
internal static class PickleGlobals
{
    public const string OrderedDict = "collections.OrderedDict", Tensor = "torch._utils._rebuild_tensor", Tensor2 = "torch._utils._rebuild_tensor_v2",
        Parameter = "torch._utils._rebuild_parameter", Size = "torch.Size";

    private static readonly Dictionary<string, PickleGlobal> Known = new[]
    {
        new PickleGlobal(OrderedDict), new(Tensor), new(Tensor2), new(Parameter), new(Size),
        new("torch.ByteStorage", ElementType.UInt8), new("torch.CharStorage", ElementType.Int8), new("torch.ShortStorage", ElementType.Int16),
        new("torch.IntStorage", ElementType.Int32), new("torch.LongStorage", ElementType.Int64), new("torch.HalfStorage", ElementType.Float16),
        new("torch.BFloat16Storage", ElementType.BFloat16), new("torch.FloatStorage", ElementType.Float32), new("torch.DoubleStorage", ElementType.Float64),
        new("torch.BoolStorage", ElementType.Bool),
        new("torch.ComplexFloatStorage", ElementType.Complex64),
        new("torch.ComplexDoubleStorage", ElementType.Complex128),
    }.ToDictionary(global => global.Name);

    public static PickleGlobal? Find(string module, string name) => Known.GetValueOrDefault($"{module}.{name}");

    public static string Refusal(string name) =>
        $"asks for Python's {name}. Only tensors, dictionaries, lists, tuples, strings, numbers, bools and None are read, and nothing is ever executed. "
        + "Where you trust the file, load it in Python and save plain tensors: torch.save(model.state_dict(), path).";
}
