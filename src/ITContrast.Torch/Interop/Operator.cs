using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// One ATen operator, found in the dispatcher at its first call and kept. The declaration names the arguments that calls pass, in their
/// order; the schema that libtorch has gives the rest their defaults, so one declaration serves several versions.
/// </summary>
internal sealed unsafe class Operator
{
    private const int MaximumArguments = 20;
    private const int MaximumResults = 8;
    private const int InlineListItems = 128;

    private readonly string[] _names;
    private IntPtr _handle;
    private string? _problem;

    /// <param name="declaration">For example <c>add.Tensor(self, other, alpha)</c>; the namespace is <c>aten</c> unless given.</param>
    /// <param name="optional">Some supported libtorch lacks it; callers ask <see cref="Exists"/> first.</param>
    internal Operator(string declaration, bool optional = false)
    {
        int open = declaration.IndexOf('(');
        string name = declaration[..open];
        Name = name.Contains("::", StringComparison.Ordinal) ? name : "aten::" + name;
        _names = declaration[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        IsOptional = optional;
    }

    /// <summary>Namespace, name and overload, for example <c>aten::add.Tensor</c>.</summary>
    internal string Name { get; }

    /// <summary>Whether some supported libtorch lacks it.</summary>
    internal bool IsOptional { get; }

    /// <summary>Whether this libtorch has the operator and its schema takes the declared arguments.</summary>
    internal bool Exists => Bind() is null;

    /// <summary>Whether this libtorch has the operator, and a kernel of it that was written for that kind of device.</summary>
    internal bool RunsOn(TorchSharp.DeviceType device) => Exists && Native.itc_has_kernel(_handle, (int)device) != 0;

    /// <summary>Null when the operator is bound, else why not.</summary>
    internal string? Bind()
    {
        if (_handle != IntPtr.Zero || _problem is not null) return _problem;
        int dot = Name.IndexOf('.');
        byte[] name = Encoding.UTF8.GetBytes((dot < 0 ? Name : Name[..dot]) + '\0');
        byte[] overload = Encoding.UTF8.GetBytes((dot < 0 ? "" : Name[(dot + 1)..]) + '\0');
        byte[] names = Encoding.UTF8.GetBytes(string.Join(',', _names) + '\0');
        IntPtr found;
        int status;
        fixed (byte* n = name, o = overload, a = names) status = Native.itc_find(n, o, a, &found);
        if (status == 0) _handle = found;
        else _problem = status == 1 ? $"libtorch {TorchVersion.Text} has no such operator" : Native.LastError();
        return _problem;
    }

    /// <summary>Calls an operator with one tensor as its result.</summary>
    internal Tensor Call(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1);
        return new Tensor(result.Pointer);
    }

    /// <summary>Calls an operator that returns a pair.</summary>
    internal (Tensor First, Tensor Second) CallPair(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue* results = stackalloc NativeValue[2];
        Invoke(arguments, results, 2);
        return (new Tensor(results[0].Pointer), new Tensor(results[1].Pointer));
    }

    /// <summary>Calls an operator that returns three tensors.</summary>
    internal (Tensor First, Tensor Second, Tensor Third) CallTriple(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue* results = stackalloc NativeValue[3];
        Invoke(arguments, results, 3);
        return (new Tensor(results[0].Pointer), new Tensor(results[1].Pointer), new Tensor(results[2].Pointer));
    }

    /// <summary>Calls an operator that returns a list of tensors.</summary>
    internal Tensor[] CallList(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue* results = stackalloc NativeValue[MaximumResults];
        int count = Invoke(arguments, results, MaximumResults);
        Tensor[] tensors = new Tensor[count];
        for (int i = 0; i < Math.Min(count, MaximumResults); i++) tensors[i] = new Tensor(results[i].Pointer);
        if (count > MaximumResults)
        {
            NativeValue[] more = new NativeValue[count - MaximumResults];
            fixed (NativeValue* p = more) Native.itc_more(p);
            for (int i = MaximumResults; i < count; i++) tensors[i] = new Tensor(more[i - MaximumResults].Pointer);
        }
        return tensors;
    }

    /// <summary>Calls an operator whose result is an integer or a truth value.</summary>
    internal long CallInt(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1);
        return result.Int;
    }

    /// <summary>Calls an operator for its effect on its arguments.</summary>
    internal void Run(params ReadOnlySpan<Arg> arguments) => Invoke(arguments, null, 0);

    [SkipLocalsInit]
    private int Invoke(ReadOnlySpan<Arg> arguments, NativeValue* results, int capacity)
    {
        if (_handle == IntPtr.Zero) Require();
        NativeValue* values = stackalloc NativeValue[MaximumArguments];
        int items = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            ref readonly Arg arg = ref arguments[i];
            values[i].Kind = arg.Kind;
            values[i].Length = arg.Length;
            values[i].Int = arg.Bits;
            if (arg.Kind is ArgKind.IntArray or ArgKind.DoubleArray or ArgKind.TensorList or ArgKind.String) items += 1 + ListItems(arg);
        }
        int status = items == 0 ? Native.itc_call(_handle, values, arguments.Length, results, capacity)
            : InvokeWithLists(arguments, values, items, results, capacity);
        if (status < 0) throw Failure(arguments);
        return status;
    }

    private static int ListItems(in Arg arg) =>
        arg.Kind == ArgKind.String ? (Encoding.UTF8.GetMaxByteCount(((string)arg.Reference!).Length) + 7) / 8 : arg.Length;

    [SkipLocalsInit]
    private int InvokeWithLists(ReadOnlySpan<Arg> arguments, NativeValue* values, int items, NativeValue* results, int capacity)
    {
        long* inline = stackalloc long[InlineListItems];
        long* list = items <= InlineListItems ? inline : (long*)NativeMemory.Alloc((nuint)items, sizeof(long));
        long* next = list;
        for (int i = 0; i < arguments.Length; i++)
        {
            ref readonly Arg arg = ref arguments[i];
            if (arg.Kind is not (ArgKind.IntArray or ArgKind.DoubleArray or ArgKind.TensorList or ArgKind.String)) continue;
            values[i].Pointer = (IntPtr)next;
            switch (arg.Kind)
            {
                case ArgKind.IntArray:
                    values[i].Kind = ArgKind.IntList;
                    ((long[])arg.Reference!).CopyTo(new Span<long>(next, arg.Length));
                    break;
                case ArgKind.DoubleArray:
                    values[i].Kind = ArgKind.DoubleList;
                    ((double[])arg.Reference!).CopyTo(new Span<double>(next, arg.Length));
                    break;
                case ArgKind.TensorList when arg.Reference is Tensor[] array:
                    for (int t = 0; t < array.Length; t++) next[t] = array[t] is { } tensor ? tensor.Handle : 0;
                    break;
                case ArgKind.TensorList:
                    IReadOnlyList<Tensor?> tensors = (IReadOnlyList<Tensor?>)arg.Reference!;
                    for (int t = 0; t < arg.Length; t++) next[t] = tensors[t] is { } item ? item.Handle : 0;
                    break;
                default:
                    values[i].Length = Encoding.UTF8.GetBytes((string)arg.Reference!, new Span<byte>(next, ListItems(arg) * 8));
                    break;
            }
            next += 1 + ListItems(arg);
        }
        int status = Native.itc_call(_handle, values, arguments.Length, results, capacity);
        if (list != inline) NativeMemory.Free(list);
        return status;
    }

    private void Require()
    {
        if (Bind() is { } problem) throw new TorchException(Name, problem);
    }

    private TorchException Failure(ReadOnlySpan<Arg> arguments)
    {
        string message = Native.LastError();
        StringBuilder text = new();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Kind is not (ArgKind.Tensor or ArgKind.TensorList)) continue;
            text.Append(text.Length > 0 ? ", " : "").Append(i < _names.Length ? _names[i] : "?").Append(' ');
            if (arguments[i].Reference is Tensor tensor) text.Append(tensor.Brief());
            else if (arguments[i].Reference is IReadOnlyList<Tensor> list)
                text.Append('[').AppendJoin(", ", list.Take(8).Select(t => t?.Brief() ?? "none")).Append(list.Count > 8 ? ", …]" : "]");
        }
        return new TorchException(Name, message, text.ToString());
    }
}
