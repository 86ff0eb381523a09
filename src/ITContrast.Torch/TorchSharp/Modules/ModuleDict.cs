using System.Collections;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules under names of their own; has no forward.</summary>
public class ModuleDict<T> : nn.Module, IReadOnlyDictionary<string, T> where T : nn.Module
{
    private readonly OrderedDictionary<string, T> entries = [];

    public ModuleDict(params (string, T)[] modules) : base("ModuleDict")
    {
        foreach (var (key, module) in modules) Add(key, module);
    }

    public int Count => entries.Count;

    public IEnumerable<string> Keys => entries.Keys;

    public IEnumerable<T> Values => entries.Values;

    public T this[string key] => entries[key];

    public void Add(string key, T module)
    {
        ArgumentNullException.ThrowIfNull(module);
        register_module(key, module);
        entries.Add(key, module);
    }

    public bool ContainsKey(string key) => entries.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => entries.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
