namespace ITContrast.Torch;

/// <summary>Turns what a pickle says about tensors into views: the meaning of torch's few rebuild functions, with every number checked.</summary>
/// <param name="path">The file, for errors.</param>
/// <param name="legacy">Whether storages may be parts of others, as in the container before torch 1.6.</param>
internal sealed class TorchRebuild(string path, bool legacy)
{
    /// <summary>Every storage that was referred to, by key.</summary>
    public Dictionary<string, TorchStorage> Storages { get; } = [];

    /// <summary>A reference to (a part of) a storage; offset and count in elements.</summary>
    private sealed record Slice(TorchStorage Storage, long Offset, long Count);

    /// <summary>
    /// <c>('storage', torch.FloatStorage, key, device, count)</c>, in the older container with <c>(view key, offset, count)</c> or None at the end.
    /// </summary>
    public object Storage(object? id)
    {
        if (
            id is not object?[] { Length: 5 or 6 } parts
            || parts[0] is not "storage"
            || parts[1] is not PickleGlobal { Storage: { } type }
            || parts[2] is not string key
            || parts[3] is not string || parts[4] is not long count || (parts.Length == 6) != legacy)
            throw Bad($"refers to something that is no storage of plain numbers ({Describe(id)}).");
        if (count < 0 || count > long.MaxValue / type.Size()) throw Bad($"storage '{key}' announces {count} elements.");
        if (!Storages.TryGetValue(key, out TorchStorage? storage)) Storages[key] = storage = new TorchStorage(path, key, type, count);
        if (storage.Type != type || storage.Count != count)
            throw Bad($"storage '{key}' is {storage.Count} × {storage.Type} in one place and {count} × {type} in another.");
        if (!legacy || parts[5] is null) return new Slice(storage, 0, count);
        if (parts[5] is object?[] { Length: 3 } view && view[1] is long offset && view[2] is long size && offset >= 0 && size >= 0 && offset <= count - size)
            return new Slice(storage, offset, size);
        throw Bad($"a part of storage '{key}' lies outside it.");
    }

    public object? Call(PickleGlobal function, object?[] arguments) => function.Name switch
    {
        PickleGlobals.OrderedDict => Dictionary(arguments),
        PickleGlobals.Tensor when arguments.Length == 4 => Tensor(arguments),
        PickleGlobals.Tensor2
            when arguments.Length is 6 or 7 && arguments[4] is bool && NothingIn(arguments[5]) && (arguments.Length == 6 || NothingIn(arguments[6])) =>
            Tensor(arguments),
        PickleGlobals.Parameter when arguments is [TensorView, bool, _] && NothingIn(arguments[2]) => arguments[0],
        PickleGlobals.Size when arguments is [object?[] or List<object?>] => Extents(arguments[0]).Select(extent => (object?)extent).ToArray(),
        _ => throw Bad($"calls {function.Name} with arguments that are not read: {Describe(arguments)}."),
    };

    /// <summary>What a value is, in words for an error.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "None",
        string text => $"'{(text.Length <= 40 ? text : text[..40] + "…")}'",
        bool or long or double or System.Numerics.BigInteger => FormattableString.Invariant($"{value}"),
        TensorView => "a tensor",
        TorchDictionary => "a dictionary",
        List<object?> => "a list",
        object?[] tuple => $"a tuple of {tuple.Length}",
        PickleGlobal global => global.Name,
        _ => "a storage",
    };

    private static bool NothingIn(object? value) => value is null or TorchDictionary { Count: 0 };

    // Python 2 wrote an ordered dictionary's items as a list of pairs.
    private TorchDictionary Dictionary(object?[] arguments)
    {
        var result = new TorchDictionary();
        if (arguments.Length == 0) return result;
        if (arguments is not [List<object?> pairs]) throw Bad($"makes a dictionary from {Describe(arguments)}.");
        foreach (object? pair in pairs)
        {
            (object? key, object? value) = pair switch
            {
                List<object?> { Count: 2 } list => (list[0], list[1]),
                object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                _ => throw Bad($"makes a dictionary from {Describe(pair)}."),
            };
            if (key is not (string or long)) throw Bad($"a dictionary key is {Describe(key)}; texts and whole numbers are read.");
            result.Set(key, value);
        }
        return result;
    }

    // storage, offset, size, stride: the last element that the view reaches must lie in the storage.
    private TensorView Tensor(object?[] arguments)
    {
        if (arguments[0] is not Slice slice || arguments[1] is not long offset)
            throw Bad($"makes a tensor from {Describe(arguments[0])} and {Describe(arguments[1])}.");
        long[] shape = Extents(arguments[2]), strides = Extents(arguments[3]);
        if (shape.Length != strides.Length || offset < 0 || ElementTypes.Count(shape) is not { } count)
            throw Bad($"a tensor of shape [{string.Join(", ", shape)}], strides [{string.Join(", ", strides)}] and offset {offset} is impossible.");
        if (count > long.MaxValue / 16) throw Bad($"a tensor announces {count} elements.");
        Int128 last = offset;
        for (int i = 0; count > 0 && i < shape.Length; i++) last += (Int128)(shape[i] - 1) * strides[i];
        if (count > 0 ? last >= slice.Count : offset > slice.Count)
            throw Bad($"a tensor of shape [{string.Join(", ", shape)}] reaches element {last} of storage '{slice.Storage.Key}', which has {slice.Count}.");
        return new TensorView(slice.Storage.Key, slice.Storage.Type, shape, strides, slice.Storage, slice.Offset + offset);
    }

    private long[] Extents(object? value)
    {
        IReadOnlyList<object?> items =
            value as object?[] ?? value as IReadOnlyList<object?> ?? throw Bad($"expected a tuple of whole numbers, found {Describe(value)}.");
        if (items.Count > 64) throw Bad($"a tensor of {items.Count} axes is impossible.");
        return [.. items.Select(item => item is long and >= 0 ? (long)item : throw Bad($"expected whole numbers of 0 or more, found {Describe(item)}."))];
    }

    private DataFileException Bad(string problem) => new(path, problem);
}
