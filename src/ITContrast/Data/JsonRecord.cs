using System.Text.Json;

namespace ITContrast.Data;

/// <summary>A JSON object that knows where it came from, so that a missing or mistyped key is reported with file and place.</summary>
internal readonly struct JsonRecord(string path, string where, JsonElement element)
{
    /// <summary>The object itself.</summary>
    public JsonElement Element => element;

    /// <summary>Where the object stands, for messages.</summary>
    public string Where => where;

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A string.</summary>
    public string Text(string key) => Value(key) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Wrong(key, "a string");

    /// <summary>An integer.</summary>
    public long Int64(string key) =>
        Value(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number : throw Wrong(key, "an integer");

    /// <summary>An array of strings.</summary>
    public string[] Texts(string key)
    {
        if (Value(key) is not { ValueKind: JsonValueKind.Array } array) throw Wrong(key, "an array of strings");
        List<string> texts = [];
        foreach (JsonElement item in array.EnumerateArray())
            texts.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(key, "an array of strings"));
        return [.. texts];
    }

    /// <summary>An array of objects.</summary>
    public JsonRecord[] Records(string key, int atLeast = 0)
    {
        if (Value(key) is not { ValueKind: JsonValueKind.Array } array) throw Wrong(key, "an array of objects");
        List<JsonRecord> records = [];
        foreach (JsonElement item in array.EnumerateArray())
            records.Add(
                item.ValueKind == JsonValueKind.Object
                    ? new JsonRecord(path, $"{where}, \"{key}\"[{records.Count}]", item)
                    : throw Wrong(key, "an array of objects"));
        if (records.Count < atLeast) throw DataException.At(path, where, $"\"{key}\" with at least {atLeast} entries", $"{records.Count}");
        return [.. records];
    }

    private JsonElement Value(string key) => element.TryGetProperty(key, out JsonElement value)
        ? value
        : throw DataException.At(
            path,
            where,
            $"the key \"{key}\"",
            $"only {string.Join(", ", element.EnumerateObject().Select(property => $"\"{property.Name}\"").Take(12))}");

    private DataException Wrong(string key, string expected)
    {
        string text = Value(key).GetRawText();
        return DataException.At(path, where, $"\"{key}\" to be {expected}", text.Length > 60 ? text[..60] + "…" : text);
    }
}
