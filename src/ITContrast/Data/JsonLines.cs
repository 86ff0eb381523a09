using System.Text.Json;

namespace ITContrast.Data;

/// <summary>Reads JSON-lines files one record at a time; every error names the file, the line and the key.</summary>
internal static class JsonLines
{
    /// <summary>The file's records; blank lines at the end are allowed, elsewhere they are an error.</summary>
    public static IEnumerable<JsonRecord> Read(string path)
    {
        int number = 0, blank = 0;
        foreach (string line in TextLines.Read(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                blank = blank == 0 ? number : blank;
                continue;
            }
            if (blank > 0) throw DataException.At(path, $"line {blank}", "a JSON object", "an empty line");
            JsonElement element;
            try
            {
                element = JsonElement.Parse(line);
            }
            catch (JsonException error)
            {
                throw new DataException($"{path}, line {number}: expected a JSON object, found text that does not parse: {error.Message}", error);
            }
            if (element.ValueKind != JsonValueKind.Object) throw DataException.At(path, $"line {number}", "a JSON object", $"a JSON {element.ValueKind}");
            yield return new JsonRecord(path, $"line {number}", element);
        }
    }
}
