using System.Reflection;
using ITContrast.Notebooks.Worker;

namespace ITContrast.Notebooks.Magics;

/// <summary>The C# variables of the cells run so far, the latest of each name.</summary>
internal sealed class Variables(ScriptChain chain)
{
    /// <summary>Name, declared type and value of each, in the order of first declaration.</summary>
    public IReadOnlyList<(string Name, Type Type, object? Value)> All()
    {
        var found = new Dictionary<string, (Type, object?)>();
        foreach (var state in chain.States)
        {
            foreach (var field in state.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance).Where(field => !field.Name.StartsWith('<')))
            {
                found[field.Name] = (field.FieldType, field.GetValue(state));
            }
        }
        return [.. found.Select(pair => (pair.Key, pair.Value.Item1, pair.Value.Item2))];
    }

    /// <summary>One variable's value.</summary>
    public bool TryGet(string name, out object? value)
    {
        foreach (var (_, _, found) in All().Where(variable => variable.Name == name))
        {
            value = found;
            return true;
        }
        value = null;
        return false;
    }
}
