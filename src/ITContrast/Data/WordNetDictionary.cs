using System.Globalization;

namespace ITContrast.Data;

/// <summary>
/// WordNet's nouns in full, from the distribution's own files <c>data.noun</c> and <c>index.noun</c> (Debian's package wordnet-base, 82,115 synsets in 3.0).
/// Senses come in the index's order, the most frequent first; parts, members and substances are read too. Source: WordNet's <c>wndb(5)</c> file format [V on
/// version 3.0].
/// </summary>
public static class WordNetDictionary
{
    private const string Installed = "/usr/share/wordnet";

    private static readonly string[] Lexicographers =
    [
        "Tops", "act", "animal", "artifact", "attribute", "body", "cognition", "communication", "event", "feeling", "food", "group", "location",
        "motive", "object", "person", "phenomenon", "plant", "possession", "process", "quantity", "relation", "shape", "state", "substance", "time",
    ];

    /// <summary>Where Debian installs it; null where it is not.</summary>
    public static string? Folder => File.Exists(Path.Combine(Installed, "data.noun")) && File.Exists(Path.Combine(Installed, "index.noun")) ? Installed : null;

    /// <summary>Reads the nouns.</summary>
    /// <param name="folder">The folder of <c>data.noun</c> and <c>index.noun</c>.</param>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public static WordNet Open(string folder)
    {
        string data = Path.Combine(folder, "data.noun"), index = Path.Combine(folder, "index.noun");
        List<Synset> synsets = [.. Lines(data).Select(line => Parse(data, line.Number, line.Text))];
        Dictionary<string, Synset> byId = new(StringComparer.Ordinal);
        foreach (Synset synset in synsets)
            if (!byId.TryAdd(synset.Id, synset)) throw DataException.At(data, synset.Id, "an offset that occurs once", "it again");
        return WordNet.Of(data, i => synsets[i].Id, synsets, byId, [.. Lines(index).SelectMany(line => Senses(index, line.Number, line.Text, byId))]);
    }

    // The licence at the head of both files is indented by two spaces.
    private static IEnumerable<(int Number, string Text)> Lines(string path) =>
        TextLines.Read(path).Select((text, i) => (i + 1, text)).Where(line => !line.text.StartsWith("  ", StringComparison.Ordinal));

    // offset lexicographer n words(hex) (word id)… pointers (symbol offset pos source-target)… | gloss
    private static Synset Parse(string path, int number, string line)
    {
        int bar = line.IndexOf(" | ", StringComparison.Ordinal);
        string[] fields = (bar < 0 ? line : line[..bar]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            int words = int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture), at = 4 + 2 * words;
            int pointers = int.Parse(fields[at++], CultureInfo.InvariantCulture);
            var edges = Enumerable
                .Range(0, pointers)
                .Select(i => (Symbol: fields[at + 4 * i], Target: fields[at + 4 * i + 1], Part: fields[at + 4 * i + 2]))
                .Where(edge => edge.Part == "n")
                .ToList();
            return new(fields[0], Lexicographers[int.Parse(fields[1], CultureInfo.InvariantCulture) - 3],
                [.. Enumerable.Range(0, words).Select(i => fields[4 + 2 * i].ToLowerInvariant())],
                [.. edges.Where(edge => edge.Symbol is "@" or "@i").Select(edge => edge.Target).Distinct()],
                bar < 0 ? "" : line[(bar + 3)..].Trim())
            {
                Parts = [.. edges.Where(edge => edge.Symbol[0] == '%').Select(edge => edge.Target).Distinct()],
            };
        }
        catch (Exception error) when (error is FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw DataException.At(path, $"line {number}", "a noun synset as wndb(5) has them", line.Length > 60 ? line[..60] + "…" : line);
        }
    }

    // lemma n senses pointers (symbol)… senses tagged offset…
    private static IEnumerable<(string Lemma, Synset Synset)> Senses(string path, int number, string line, Dictionary<string, Synset> byId)
    {
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 4 || !int.TryParse(fields[2], CultureInfo.InvariantCulture, out int senses) || senses < 1 || senses > fields.Length - 3)
            throw DataException.At(path, $"line {number}", "a noun's index entry as wndb(5) has them", line.Length > 60 ? line[..60] + "…" : line);
        foreach (string id in fields[^senses..])
            yield return byId.TryGetValue(id, out Synset? synset)
                ? (fields[0], synset)
                : throw DataException.At(path, $"line {number}", "offsets that are in data.noun", id);
    }
}
