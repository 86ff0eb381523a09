using System.Collections.Concurrent;

namespace ITContrast.Notebooks.Cells;

/// <summary>Values on their way from one language to another; the engine's own declarations read them.</summary>
public static class SharedValues
{
    private static readonly ConcurrentDictionary<string, object?> Held = new();

    /// <summary>The value shared under the name.</summary>
    public static object? Get(string name) => Held.GetValueOrDefault(name);

    internal static void Set(string name, object? value) => Held[name] = value;
}
