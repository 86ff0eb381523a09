namespace ITContrast.Torch;

/// <summary>Names the tensors of a nested object by the keys and positions that lead to them.</summary>
internal static class TorchNames
{
    // A pickle can refer to one value many times, and to itself: a few bytes may stand for an endless tree.
    private const int Deepest = 32, Most = 1_000_000;

    /// <exception cref="DataFileException">The object contains itself, or two tensors get one name.</exception>
    public static IReadOnlyList<TensorView> Flatten(string path, object? root)
    {
        var found = new List<TensorView>();
        var names = new HashSet<string>();
        int visited = 0;
        Visit(root, "", 0);
        return found;

        void Visit(object? value, string name, int depth)
        {
            if (depth > Deepest || ++visited > Most)
                throw new DataFileException(path, $"its object is nested more than {Deepest} deep, or has more than {Most} parts, or contains itself.");
            switch (value)
            {
                case TensorView view:
                    if (!names.Add(name)) throw new DataFileException(path, $"two of its tensors are reached as '{name}'.");
                    found.Add(view.Named(name));
                    break;
                case TorchDictionary dictionary:
                    foreach ((object key, object? item) in dictionary) Visit(item, Join(name, key), depth + 1);
                    break;
                case IReadOnlyList<object?> list:
                    for (int i = 0; i < list.Count; i++) Visit(list[i], Join(name, i), depth + 1);
                    break;
            }
        }
    }

    private static string Join(string name, object key) => name.Length == 0 ? $"{key}" : $"{name}.{key}";
}
