using System.Buffers.Binary;
using System.Numerics;

namespace ITContrast.Torch;

/// <summary>The two containers of <c>torch.save</c>: where the pickled object and the raw storages lie in the file.</summary>
internal static class TorchContainer
{
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356");
    private const long StreamVersion = 1001;

    /// <summary>The zip: <c>NAME/data.pkl</c> and <c>NAME/data/KEY</c>.</summary>
    public static object? ReadZip(MappedFile file, TorchRebuild rebuild)
    {
        var zip = new ZipDirectory(file);
        ZipDirectory.Entry[] pickles = [.. zip.Entries.Values.Where(entry => entry.Name.Split('/') is [_, "data.pkl"])];
        if (pickles is not [var pickle]) throw Bad(file, "is a zip file, but holds no single NAME/data.pkl as torch.save writes it.");
        string root = pickle.Name[..^"data.pkl".Length];
        if (zip.Entries.ContainsKey(root + "constants.pkl"))
            throw Bad(file, "is a TorchScript archive, which holds code. Save its tensors instead: torch.save(module.state_dict(), path).");
        if (zip.Entries.TryGetValue(root + "byteorder", out ZipDirectory.Entry? order) && Text(file, order) is var bytes && bytes != "little")
            throw Bad(file, $"holds numbers in byte order '{bytes}'; little-endian ones are read. Save it again on a little-endian machine.");
        using var stored = new TorchStorage(file.Path, pickle.Name, ElementType.UInt8, pickle.Length);
        stored.Bind(file, pickle);
        object? value = new PickleReader(file.Path, Span(file, stored), rebuild).Read();
        foreach (TorchStorage storage in rebuild.Storages.Values)
        {
            if (!zip.Entries.TryGetValue($"{root}data/{storage.Key}", out ZipDirectory.Entry? entry))
                throw Bad(file, $"storage '{storage.Key}' is missing: there is no entry '{root}data/{storage.Key}'.");
            storage.Bind(file, entry);
        }
        return value;
    }

    /// <summary>The stream before torch 1.6: magic number, version, system, object, storage keys, then each storage's element count and bytes.</summary>
    public static object? ReadStream(MappedFile file, TorchRebuild rebuild)
    {
        if (file.Length > 262 && file.Bytes(257, 5).SequenceEqual("ustar"u8))
            throw Bad(file, "is the tar container of torch before 0.2. Load it with a later torch and save it again.");
        if (file.Length < 2 || file.Bytes(0, 1)[0] != 0x80) throw NotTorch(file);
        long at = 0;
        if (Next(file, ref at, rebuild) is not BigInteger magic || magic != Magic) throw NotTorch(file);
        if (Next(file, ref at, rebuild) is not StreamVersion) throw Bad(file, $"its stream has another version than {StreamVersion}, the only one there was.");
        if (Next(file, ref at, rebuild) is not TorchDictionary system || !system.TryGetValue("little_endian", out object? little) || little is not true)
            throw Bad(file, "was written on a big-endian machine; little-endian numbers are read.");
        object? value = Next(file, ref at, rebuild);
        if (Next(file, ref at, rebuild) is not List<object?> keys) throw Bad(file, "the list of its storages is missing.");
        foreach (object? key in keys)
        {
            if (key is not string name || !rebuild.Storages.TryGetValue(name, out TorchStorage? storage))
                throw Bad(file, $"lists storage {TorchRebuild.Describe(key)}, which no tensor uses.");
            if (at > file.Length - 8) throw Bad(file, $"ends before storage '{name}'. Was the file cut short?");
            long count = BinaryPrimitives.ReadInt64LittleEndian(file.Bytes(at, 8));
            if (count != storage.Count) throw Bad(file, $"storage '{name}' has {count} elements where {storage.Count} were announced.");
            at += 8;
            if (storage.Length > file.Length - at)
                throw Bad(file, $"ends inside storage '{name}': {storage.Length} bytes announced, {file.Length - at} there. Was the file cut short?");
            storage.Bind(new MappedBytes(file, at, storage.Length));
            at += storage.Length;
        }
        if (keys.Distinct().Count() != rebuild.Storages.Count) throw Bad(file, $"{rebuild.Storages.Count} storages are used and {keys.Count} are stored.");
        if (at != file.Length) throw Bad(file, $"has {file.Length - at} bytes after its last storage.");
        return value;
    }

    private static object? Next(MappedFile file, ref long at, TorchRebuild rebuild)
    {
        var reader = new PickleReader(file.Path, file.Bytes(at, (int)Math.Min(file.Length - at, int.MaxValue)), rebuild);
        object? value = reader.Read();
        at += reader.Position;
        return value;
    }

    private static string Text(MappedFile file, ZipDirectory.Entry entry)
    {
        using var stored = new TorchStorage(file.Path, entry.Name, ElementType.UInt8, entry.Length);
        stored.Bind(file, entry);
        return System.Text.Encoding.Latin1.GetString(Span(file, stored)[..(int)Math.Min(16, entry.Length)]);
    }

    private static unsafe ReadOnlySpan<byte> Span(MappedFile file, TorchStorage stored) => stored.Length <= int.MaxValue
        ? new ReadOnlySpan<byte>(stored.At(0, stored.Length), (int)stored.Length)
        : throw Bad(file, $"'{stored.Key}' has {stored.Length} bytes; an object of names takes less.");

    private static DataFileException NotTorch(MappedFile file) => Bad(file, "was not written by torch.save: it is neither its zip nor its older stream.");

    private static DataFileException Bad(MappedFile file, string problem) => new(file.Path, problem);
}
