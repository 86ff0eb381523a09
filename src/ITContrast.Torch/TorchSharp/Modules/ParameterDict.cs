using System.Collections;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parameters under names of their own.</summary>
public class ParameterDict : nn.Module, IReadOnlyDictionary<string, Parameter>
{
    private readonly OrderedDictionary<string, Parameter> entries = [];

    public ParameterDict(params (string, Parameter)[] parameters) : base(nameof(ParameterDict))
    {
        foreach (var (key, parameter) in parameters) Add(key, parameter);
    }

    public int Count => entries.Count;

    public IEnumerable<string> Keys => entries.Keys;

    public IEnumerable<Parameter> Values => entries.Values;

    public Parameter this[string key] => entries[key];

    public void Add(string key, Parameter parameter)
    {
        register_parameter(key, parameter);
        entries.Add(key, parameter);
    }

    public bool ContainsKey(string key) => entries.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Parameter value) => entries.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, Parameter>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
