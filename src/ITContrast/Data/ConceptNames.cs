using System.Text.Json;

namespace ITContrast.Data;

/// <summary>The short names of pictocap's concepts in 33 languages besides English (from CLDR), for multilingual retrieval.</summary>
public sealed class ConceptNames
{
    private readonly Dictionary<string, Dictionary<string, string>> names;

    private ConceptNames(Dictionary<string, Dictionary<string, string>> names)
    {
        this.names = names;
        Languages = [.. names.Values.SelectMany(map => map.Keys).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Language codes, sorted.</summary>
    public IReadOnlyList<string> Languages { get; }

    /// <summary>The number of concepts.</summary>
    public int Count => names.Count;

    /// <summary>The concept's name in a language; null where the file has none.</summary>
    /// <param name="concept">As <see cref="PictoCapImage.Concept"/>.</param>
    /// <param name="language">As in <see cref="Languages"/>.</param>
    public string? Name(string concept, string language) =>
        names.TryGetValue(concept, out var map) && map.TryGetValue(language, out string? name) ? name : null;

    /// <summary>Reads the names.</summary>
    /// <param name="folder">The folder of <c>names_i18n.jsonl</c>; pictocap's when null.</param>
    /// <exception cref="DataException">The file is missing or damaged, or a concept occurs twice.</exception>
    public static ConceptNames Open(string? folder = null)
    {
        string path = Path.Combine(folder ?? DataFolders.Find("pictocap"), "names_i18n.jsonl");
        Dictionary<string, Dictionary<string, string>> names = new(StringComparer.Ordinal);
        foreach (JsonRecord line in JsonLines.Read(path))
        {
            Dictionary<string, string> map = new(StringComparer.Ordinal);
            if (!line.Element.TryGetProperty("names", out JsonElement element) || element.ValueKind != JsonValueKind.Object)
                throw DataException.At(path, line.Where, "an object \"names\"", "none");
            foreach (JsonProperty name in element.EnumerateObject())
                map[name.Name] =
                    name.Value.ValueKind == JsonValueKind.String
                        ? name.Value.GetString()!
                        : throw DataException.At(path, line.Where, $"a string for \"{name.Name}\"", name.Value.GetRawText());
            if (!names.TryAdd(line.Text("concept"), map))
                throw DataException.At(path, line.Where, "a concept that occurs once", $"{line.Text("concept")} again");
        }
        return new ConceptNames(names);
    }
}
