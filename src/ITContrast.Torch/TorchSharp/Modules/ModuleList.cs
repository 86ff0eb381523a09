using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules under the names "0", "1", …; has no forward of its own.</summary>
public class ModuleList<T> : nn.Module, IReadOnlyList<T> where T : nn.Module
{
    private readonly List<T> list = [];

    public ModuleList(params T[] modules) : base("ModuleList")
    {
        foreach (var module in modules) append(module);
    }

    public int Count => list.Count;

    public T this[int index] => list[index];

    public void append(T module)
    {
        ArgumentNullException.ThrowIfNull(module);
        register_module(list.Count.ToString(CultureInfo.InvariantCulture), module);
        list.Add(module);
    }

    public void Add(T module) => append(module);

    public void extend(IEnumerable<T> modules)
    {
        foreach (var module in modules) append(module);
    }

    public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
