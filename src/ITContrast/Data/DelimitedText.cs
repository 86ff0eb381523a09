using System.Text;

namespace ITContrast.Data;

/// <summary>CSV (RFC 4180: quotes, doubled quotes, line breaks within quotes) and TSV (tabs, no quoting) as records by column name.</summary>
internal static class DelimitedText
{
    /// <summary>The records after the header, with the number of the line each begins on.</summary>
    public static IEnumerable<(int Line, Dictionary<string, string> Record)> Read(string path, char delimiter)
    {
        string[]? header = null;
        foreach ((int line, List<string> fields) in Records(path, delimiter))
        {
            if (header is null)
            {
                header = [.. fields.Select(name => name.Trim().ToLowerInvariant())];
                if (header.Distinct().Count() < header.Length) throw DataException.At(path, "line 1", "column names that differ", string.Join(", ", header));
                continue;
            }
            if (fields is [""]) continue;
            if (fields.Count != header.Length)
                throw DataException.At(path, $"line {line}", $"{header.Length} columns ({string.Join(", ", header)})", $"{fields.Count}");
            yield return (line, header.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second));
        }
        if (header is null) throw DataException.At(path, "line 1", "a header with column names", "an empty file");
    }

    private static IEnumerable<(int, List<string>)> Records(string path, char delimiter)
    {
        List<string> fields = [];
        StringBuilder? open = null;
        int number = 0, first = 1;
        foreach (string line in TextLines.Read(path))
        {
            number++;
            if (open is null) first = number;
            if (delimiter == '\t')
            {
                yield return (first, [.. line.Split('\t')]);
                continue;
            }
            // A quoted field that was still open goes on in this line.
            StringBuilder field = open?.Append('\n') ?? new StringBuilder();
            bool quoted = open is not null, wasQuoted = quoted;
            open = null;
            for (int i = 0; i <= line.Length; i++)
            {
                if (i == line.Length)
                {
                    if (quoted) open = field;
                    else fields.Add(field.ToString());
                }
                else if (quoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[i++]);
                else if (line[i] == '"' && (quoted || field.Length == 0 && !wasQuoted)) (quoted, wasQuoted) = (!quoted, true);
                else if (!quoted && line[i] == delimiter)
                {
                    fields.Add(field.ToString());
                    field.Clear();
                    wasQuoted = false;
                }
                else field.Append(line[i]);
            }
            if (open is not null) continue;
            yield return (first, fields);
            fields = [];
        }
        if (open is not null) throw DataException.At(path, $"line {first}", "a closing quote", "the end of the file");
    }
}
