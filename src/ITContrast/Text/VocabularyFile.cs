using System.Text.Encodings.Web;
using System.Text.Json;
using ITContrast.Torch;

namespace ITContrast.Text;

/// <summary>
/// The vocabulary files of vsepp, SCAN and VSE∞: <c>{"word2idx": {word: id}, "idx2word": {"id": word}, "idx": n}</c>.
/// </summary>
public static class VocabularyFile
{
    /// <summary>Reads a vocabulary; captions are cut by <see cref="TreebankWords"/>, as the vocabulary's makers did.</summary>
    /// <exception cref="DataException">Not such a file, ids that are not 0 to n - 1, or two maps that disagree.</exception>
    public static WordTokenizer Read(string path)
    {
        JsonElement root;
        try
        {
            root = JsonElement.Parse(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: expected a vocabulary in JSON: {error.Message}", error);
        }
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("word2idx", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            throw DataException.At(
                path,
                "",
                "an object with the key \"word2idx\"",
                root.ValueKind == JsonValueKind.Object
                    ? $"only {string.Join(", ", root.EnumerateObject().Select(p => p.Name).Take(8))}"
                    : $"a JSON {root.ValueKind}");
        string?[] words = new string?[map.EnumerateObject().Count()];
        foreach (JsonProperty entry in map.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id) || (uint)id >= (uint)words.Length)
                throw DataException.At(path, $"\"{entry.Name}\"", $"an id below {words.Length}", entry.Value.GetRawText());
            if (words[id] is { } other) throw DataException.At(path, $"\"{entry.Name}\"", "an id of its own", $"{id}, which \"{other}\" has");
            words[id] = entry.Name;
        }
        if (root.TryGetProperty("idx2word", out JsonElement inverse) && inverse.ValueKind == JsonValueKind.Object)
            foreach (JsonProperty entry in inverse.EnumerateObject())
                if (
                    !int.TryParse(entry.Name, out int id)
                    || (uint)id >= (uint)words.Length
                    || entry.Value.ValueKind != JsonValueKind.String
                    || words[id] != entry.Value.GetString())
                    throw DataException.At(path, $"idx2word[{entry.Name}]", "the inverse of word2idx", entry.Value.GetRawText());
        return new WordTokenizer(words!, TreebankWords.Of);
    }

    /// <summary>Writes a vocabulary, atomically.</summary>
    public static void Write(string path, WordTokenizer tokenizer)
    {
        using MemoryStream text = new();
        // Words keep their letters: é stays é and is not escaped.
        using (Utf8JsonWriter writer = new(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("word2idx");
            for (int id = 0; id < tokenizer.Entries.Count; id++) writer.WriteNumber(tokenizer.Entries[id], id);
            writer.WriteEndObject();
            writer.WriteStartObject("idx2word");
            for (int id = 0; id < tokenizer.Entries.Count; id++)
                writer.WriteString(id.ToString(System.Globalization.CultureInfo.InvariantCulture), tokenizer.Entries[id]);
            writer.WriteEndObject();
            writer.WriteNumber("idx", tokenizer.Entries.Count);
            writer.WriteEndObject();
        }
        using AtomicFile file = new(path);
        text.WriteTo(file.Stream);
        file.Commit();
    }
}
