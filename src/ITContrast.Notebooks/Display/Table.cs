using System.Collections;
using System.Reflection;

namespace ITContrast.Notebooks.Display;

/// <summary>A column of a table-like value.</summary>
/// <param name="Name">The property's, field's or key's name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Value">Its value in a row.</param>
internal sealed record TableColumn(string Name, Type Type, Func<object?, object?> Value)
{
    /// <summary>Whether its values are numbers, which read best to the right.</summary>
    public bool IsNumber => (Nullable.GetUnderlyingType(Type) ?? Type) is var type
        && (Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal && !type.IsEnum);

    /// <summary>The type as C# names it, roughly.</summary>
    public string TypeName => Type.Name;
}

/// <summary>Sees rows as a table: records and tuples by property or field, dictionaries by key, anything else as one column of values.</summary>
internal static class Table
{
    /// <summary>The only column of rows without columns.</summary>
    public const string ValueColumn = "value";

    /// <summary>The columns of these rows; those of the first row that is not null decide, with the keys of all where rows are dictionaries.</summary>
    public static IReadOnlyList<TableColumn> ColumnsOf(IReadOnlyCollection<object?> rows)
    {
        var first = rows.FirstOrDefault(row => row is not null);
        var single = new TableColumn(ValueColumn, first?.GetType() ?? typeof(object), row => row);
        if (first is null or string or IFormattable or bool or Type or Delegate)
        {
            return [single];
        }
        if (first is IDictionary or IReadOnlyDictionary<string, object?>)
        {
            return OfKeys(rows);
        }
        if (first is IEnumerable)
        {
            return [single];
        }
        var type = first.GetType();
        var members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanRead && p.GetIndexParameters().Length == 0)
            .Select(p => new TableColumn(p.Name, p.PropertyType, row => Read(() => p.GetValue(row), row, type)))
            .Concat(
                type.GetFields(BindingFlags.Public | BindingFlags.Instance)
                    .Select(f => new TableColumn(f.Name, f.FieldType, row => Read(() => f.GetValue(row), row, type))))
            .ToList();
        return members.Count == 0 ? [single] : members;
    }

    /// <summary>Whether a value is a sequence whose items have columns, so that it can be queried as a table.</summary>
    public static bool IsTable(object? value) => value is IEnumerable and not string and not byte[] && TensorView.ShapeOf(value) is null;

    private static List<TableColumn> OfKeys(IReadOnlyCollection<object?> rows)
    {
        var columns = new Dictionary<string, TableColumn>();
        foreach (var row in rows)
        {
            foreach (var (key, value) in Entries(row))
            {
                columns.TryAdd(
                    key,
                    new TableColumn(key, value?.GetType() ?? typeof(object), other => Entries(other).FirstOrDefault(entry => entry.Key == key).Value));
            }
        }
        return [.. columns.Values];
    }

    private static IEnumerable<KeyValuePair<string, object?>> Entries(object? row) => row switch
    {
        IReadOnlyDictionary<string, object?> typed => typed,
        IDictionary pairs => pairs.Keys.Cast<object>().Select(key => KeyValuePair.Create(PlainText.Of(key), pairs[key])),
        _ => [],
    };

    /// <summary>A member's value; of a row of another type nothing, of a getter that throws the error's name.</summary>
    private static object? Read(Func<object?> get, object? row, Type type)
    {
        if (!type.IsInstanceOfType(row))
        {
            return null;
        }
        try
        {
            return get();
        }
        catch (TargetInvocationException e)
        {
            return $"({e.InnerException!.GetType().Name})";
        }
    }
}
