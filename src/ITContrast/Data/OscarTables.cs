using System.Text.Json;
using ITContrast.Torch;

namespace ITContrast.Data;

/// <summary>The dictionaries of OSCAR's <c>.pt</c> files: captions and labels by image id, each as a list or as the list's JSON.</summary>
internal static class OscarTables
{
    /// <summary><c>{image id: [captions] or "[captions]"}</c>.</summary>
    public static Dictionary<long, string[]> ReadCaptions(string path) => Read(path, (value, where) => value switch
    {
        List<object?> list =>
        [
            .. list.Select(item =>
                item as string ?? throw DataException.At(path, where, "captions as strings", $"{item?.GetType().Name ?? "None"}")),
        ],
        string json => Parse(json, path, where) is { ValueKind: JsonValueKind.Array } array
        && array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. array.EnumerateArray().Select(item => item.GetString()!)]
            : throw DataException.At(path, where, "a JSON list of strings", json.Length > 40 ? json[..40] + "…" : json),
        _ => throw DataException.At(path, where, "a list of captions or its JSON", $"{value?.GetType().Name ?? "None"}"),
    });

    /// <summary>
    /// Object tags of a split's <c>{split}_{vg|oid|gt}_labels.pt</c>, the first of these that is there: <c>{image id: "a b c" or [{"class": …}]}</c>.
    /// </summary>
    public static Dictionary<long, string[]> ReadLabels(string folder, string split)
    {
        string? path = new[] { "vg", "oid", "gt" }.Select(make => Path.Combine(folder, $"{split}_{make}_labels.pt")).FirstOrDefault(File.Exists);
        return path is null ? [] : Read(path, (value, where) => value switch
        {
            List<object?> list =>
            [
                .. list.Select(item =>
                    item is TorchDictionary entry && entry.TryGetValue("class", out object? name) && name is string text
                        ? text
                        : throw DataException.At(path, where, "objects with a \"class\"", $"{item}")),
            ],
            string text when text.AsSpan().TrimStart().StartsWith("[") || text.AsSpan().TrimStart().StartsWith("{") => Classes(text, path, where),
            string text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            _ => throw DataException.At(path, where, "a string or a list of objects", $"{value?.GetType().Name ?? "None"}"),
        });
    }

    /// <summary>The classes of <c>{"objects": [{"class": …}]}</c> or of the bare list.</summary>
    public static string[] Classes(string json, string path, string where)
    {
        JsonElement root = Parse(json, path, where),
            list = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("objects", out JsonElement objects) ? objects : root;
        if (list.ValueKind != JsonValueKind.Array)
            throw DataException.At(path, where, "a list of objects, or \"objects\" with one", $"a JSON {list.ValueKind}");
        return
        [
            .. list.EnumerateArray()
                .Select(item =>
                    item.ValueKind == JsonValueKind.Object && item.TryGetProperty("class", out JsonElement name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()! : throw DataException.At(path, where, "objects with a \"class\"", item.GetRawText()))];
    }

    private static JsonElement Parse(string json, string path, string where)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException error)
        {
            throw new DataException($"{path}, {where}: expected JSON: {error.Message}", error);
        }
    }

    private static Dictionary<long, string[]> Read(string path, Func<object?, string, string[]> convert)
    {
        using TorchFile file = Guarded.Run(path, () => TorchFile.Open(path));
        if (file.Root is not TorchDictionary dictionary) throw DataException.At(path, "", "a dictionary by image id", $"{file.Root?.GetType().Name ?? "None"}");
        Dictionary<long, string[]> result = [];
        foreach ((object key, object? value) in dictionary)
            result[
                key is long id ? id
                : key is string text && long.TryParse(text, out long parsed) ? parsed
                : throw DataException.At(path, "keys", "image ids", $"\"{key}\"")
            ] = convert(value, $"image {key}");
        return result;
    }
}
