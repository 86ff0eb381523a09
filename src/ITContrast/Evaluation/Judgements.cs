using System.Globalization;
using System.Text.Json;

namespace ITContrast.Evaluation;

/// <summary>
/// Which gallery ids match a query id, as published: ECCV Caption's JSON (<c>{"id": [ids]}</c>, one file a direction) and Crisscrossed
/// Captions' CSV (<c>caption,image,agg_score,sampling_method</c>). Source: eccv-caption and Crisscrossed-Captions repositories [V].
/// </summary>
public sealed class Judgements
{
    /// <param name="positives">Query id → positive gallery ids.</param>
    public Judgements(IReadOnlyDictionary<long, long[]> positives) => Positives = positives;

    /// <summary>Query id → positive gallery ids.</summary>
    public IReadOnlyDictionary<long, long[]> Positives { get; }

    /// <summary>Reads one direction of ECCV Caption.</summary>
    /// <exception cref="DataException">Not a JSON object of integer arrays; the message names the entry.</exception>
    public static Judgements ReadEccv(string path)
    {
        using var file = OpenText(path);
        try
        {
            using var json = JsonDocument.Parse(file.ReadToEnd());
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw DataException.At(path, "", "an object of query ids", $"a JSON {json.RootElement.ValueKind}");
            var positives = new Dictionary<long, long[]>();
            foreach (JsonProperty entry in json.RootElement.EnumerateObject())
            {
                if (!long.TryParse(entry.Name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long query))
                    throw DataException.At(path, $"entry \"{entry.Name}\"", "an integer query id", $"\"{entry.Name}\"");
                if (entry.Value.ValueKind != JsonValueKind.Array)
                    throw DataException.At(path, $"entry \"{entry.Name}\"", "an array of gallery ids", $"a JSON {entry.Value.ValueKind}");
                positives[query] = [.. entry.Value.EnumerateArray().Select((id, place) => id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out long item)
                    ? item
                    : throw DataException.At(path, $"entry \"{entry.Name}\", place {place}", "an integer gallery id", id.GetRawText()))];
            }
            return new(positives);
        }
        catch (JsonException error)
        {
            throw new DataException($"{path}: not JSON: {error.Message}", error);
        }
    }

    /// <summary>Reads CxC's image-caption judgements into both directions.</summary>
    /// <param name="path">The CSV; captions like <c>COCO_val2014:sentid:732091</c>, images like <c>COCO_val2014_000000365325.jpg</c>.</param>
    /// <param name="minimumScore">Pairs below it (0 to 5) are no positives; by default every listed pair is one, as in vse_infty.</param>
    /// <exception cref="DataException">A missing column, a row cut short, an id or score that is no number; the message names the line.</exception>
    public static (Judgements ImageQuery, Judgements CaptionQuery) ReadCxc(string path, double minimumScore = 0)
    {
        using var file = OpenText(path);
        string[] header = (file.ReadLine() ?? "").Split(',');
        int caption = Array.IndexOf(header, "caption"), image = Array.IndexOf(header, "image"), score = Array.IndexOf(header, "agg_score");
        if (caption < 0 || image < 0 || score < 0)
            throw DataException.At(path, "line 1", "columns caption, image and agg_score", string.Join(',', header));
        var pairs = new HashSet<(long Image, long Caption)>();
        int number = 1;
        while (file.ReadLine() is { } line)
        {
            number++;
            string[] cells = line.Split(',');
            if (cells.Length != header.Length) throw DataException.At(path, $"line {number}", $"{header.Length} cells", $"{cells.Length}");
            if (!double.TryParse(cells[score], NumberStyles.Float, CultureInfo.InvariantCulture, out double agreement))
                throw DataException.At(path, $"line {number}", "a number as agg_score", $"\"{cells[score]}\"");
            if (agreement >= minimumScore) pairs.Add((LastNumber(path, number, cells[image]), LastNumber(path, number, cells[caption])));
        }
        return (new(pairs.GroupBy(p => p.Image, p => p.Caption).ToDictionary(g => g.Key, g => g.ToArray())),
            new(pairs.GroupBy(p => p.Caption, p => p.Image).ToDictionary(g => g.Key, g => g.ToArray())));
    }

    /// <summary>
    /// The judgements as rows. Ids that the embeddings do not have are dropped (a fold has only some), and so are queries left without a positive.
    /// </summary>
    /// <param name="queryIds">Id of every query row.</param>
    /// <param name="galleryIds">Id of every gallery row.</param>
    public int[][] ToRows(IReadOnlyList<long> queryIds, IReadOnlyList<long> galleryIds)
    {
        var rowOf = new Dictionary<long, int>();
        for (int row = 0; row < galleryIds.Count; row++)
            if (!rowOf.TryAdd(galleryIds[row], row))
                throw new ShapeException($"galleryIds: row {row} repeats id {galleryIds[row]} of row {rowOf[galleryIds[row]]}.");
        return [.. queryIds.Select(id => Positives.TryGetValue(id, out long[]? items)
            ? items.Where(rowOf.ContainsKey).Select(item => rowOf[item]).Distinct().ToArray()
            : [])];
    }

    /// <summary>
    /// Positives by concept: every gallery row of the query's group, as on pictocap, where each drawing of a concept matches each of its captions.
    /// </summary>
    /// <param name="queryGroups">Group of every query row.</param>
    /// <param name="galleryGroups">Group of every gallery row.</param>
    public static int[][] ByGroup(IReadOnlyList<long> queryGroups, IReadOnlyList<long> galleryGroups)
    {
        var members = galleryGroups.Select((group, row) => (group, row)).GroupBy(at => at.group, at => at.row).ToDictionary(g => g.Key, g => g.ToArray());
        return [.. queryGroups.Select(group => members.TryGetValue(group, out int[]? rows) ? rows : [])];
    }

    private static StreamReader OpenText(string path)
    {
        try
        {
            return new(path);
        }
        catch (IOException error)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    // The digits that end the cell, an image's file type aside.
    private static long LastNumber(string path, int line, string cell)
    {
        string stem = Path.GetFileNameWithoutExtension(cell);
        int start = stem.Length;
        while (start > 0 && char.IsAsciiDigit(stem[start - 1])) start--;
        return long.TryParse(stem[start..], NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            ? id
            : throw DataException.At(path, $"line {line}", "an id that ends in digits", $"\"{cell}\"");
    }
}
