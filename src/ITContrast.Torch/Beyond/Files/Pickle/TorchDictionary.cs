using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace ITContrast.Torch;

/// <summary>A Python dictionary from a file, in its order; keys are texts or whole numbers.</summary>
public sealed class TorchDictionary : IReadOnlyCollection<KeyValuePair<object, object?>>
{
    private readonly List<KeyValuePair<object, object?>> items = [];
    private readonly Dictionary<object, int> index = [];

    /// <summary>Number of keys.</summary>
    public int Count => items.Count;

    /// <summary>A value by key (a <see cref="string"/> or a <see cref="long"/>).</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public object? this[object key] => TryGetValue(key, out object? value) ? value
        : throw new KeyNotFoundException(
            $"No key '{key}'. There are {Count}: {string.Join(", ", items.Take(8).Select(item => item.Key))}{(Count > 8 ? ", …" : "")}.");

    /// <summary>Looks a key up.</summary>
    public bool TryGetValue(object key, [MaybeNullWhen(false)] out object? value)
    {
        bool found = index.TryGetValue(key, out int at);
        value = found ? items[at].Value : null;
        return found;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // As in Python, a key that comes again takes the new value and keeps its place.
    internal void Set(object key, object? value)
    {
        var item = KeyValuePair.Create(key, value);
        if (index.TryAdd(key, items.Count)) items.Add(item);
        else items[index[key]] = item;
    }
}
