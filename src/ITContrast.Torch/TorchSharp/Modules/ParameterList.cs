using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parameters under the names "0", "1", ….</summary>
public class ParameterList : nn.Module, IReadOnlyList<Parameter>
{
    private readonly List<Parameter> list = [];

    public ParameterList(params Parameter[] parameters) : base(nameof(ParameterList))
    {
        foreach (var parameter in parameters) append(parameter);
    }

    public int Count => list.Count;

    public Parameter this[int index] => list[index];

    public void append(Parameter parameter)
    {
        register_parameter(list.Count.ToString(CultureInfo.InvariantCulture), parameter);
        list.Add(parameter);
    }

    public IEnumerator<Parameter> GetEnumerator() => list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
