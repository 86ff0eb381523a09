using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ITContrast.Torch;

namespace ITContrast.Data;

/// <summary>One image's facts as a line of <c>captions.jsonl</c>, the common ground of the readers that list captions by image.</summary>
/// <param name="Id">The image's id.</param>
/// <param name="Name">File name or key.</param>
/// <param name="Splits">Splits the image is in; none leaves it out of all.</param>
/// <param name="Group">Concept or other group; null: the image itself.</param>
/// <param name="Tags">Object tags.</param>
/// <param name="Sentences">Captions with their ids; null ids are numbered by row.</param>
internal sealed record CaptionedImage(long Id, string Name, string[] Splits, string? Group, string[] Tags, (long? Id, string Text)[] Sentences)
{
    /// <summary>Reads a line.</summary>
    public static CaptionedImage Parse(JsonRecord line) =>
        new(
            line.Int64("imgid"),
            line.Text("filename"),
            line.Has("splits") ? line.Texts("splits")
                : line.Has("split") ? [line.Text("split")]
                : [],
        !line.Has("group") ? null : line.Element.GetProperty("group").ToString(), line.Has("tags") ? line.Texts("tags") : [],
        [.. line.Records("sentences").Select(sentence => (sentence.Has("sentid") ? sentence.Int64("sentid") : (long?)null, sentence.Text("raw")))]);

    /// <summary>Puts images and captions together.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="source">One row an entry of <paramref name="images"/>.</param>
    /// <param name="images">In the source's order.</param>
    /// <param name="hash">The data set's content hash.</param>
    /// <param name="captionsPerImage">Splits take the first captions of each image only.</param>
    public static PairDataset ToDataset(
        string name, IImageSource source, IReadOnlyList<CaptionedImage> images, string hash, int captionsPerImage = int.MaxValue)
    {
        List<string> captions = [];
        List<int> imageOf = [];
        List<long> captionIds = [];
        long[] groups = new long[images.Count];
        Dictionary<string, long> numbers = new(StringComparer.Ordinal);
        for (int row = 0; row < images.Count; row++)
        {
            foreach ((long? id, string text) in images[row].Sentences)
            {
                captionIds.Add(id ?? captions.Count);
                captions.Add(text);
                imageOf.Add(row);
            }
            // Named groups are numbered from N on, so that they never meet an ungrouped image's own row.
            groups[row] = images[row].Group is { } group ? images.Count + (numbers.TryAdd(group, numbers.Count) ? numbers.Count - 1 : numbers[group]) : row;
        }
        PairTable table = new(
            [.. captions],
            [.. imageOf],
            [.. images.Select(image => image.Id)],
            [.. captionIds],
            groups,
            [.. images.Select(image => image.Name)],
            images.Any(image => image.Tags.Length > 0) ? [.. images.Select(image => (IReadOnlyList<string>)image.Tags)] : null);
        string[] order = ["train", "restval", "dev", "val", "test", "testall", "rest"];
        IEnumerable<string> names = images.SelectMany(image => image.Splits).Distinct();
        IEnumerable<PairSplit> splits = names.OrderBy(split => Array.IndexOf(order, split) is var place && place < 0 ? order.Length : place)
            .SelectMany(split => SplitBuilder.Build(table, row => images[row].Splits.Contains(split) ? split : null, [split], captionsPerImage));
        return new PairDataset(name, source, table, splits, hash);
    }

    /// <summary>Writes a data set's captions, ids, groups, tags and splits as <c>captions.jsonl</c>, atomically.</summary>
    public static void Write(PairDataset dataset, string path)
    {
        List<string>[] splits = [.. Enumerable.Range(0, dataset.ImageCount).Select(_ => new List<string>())];
        foreach (string name in dataset.SplitNames)
            foreach (int row in dataset.Split(name).ImageRows) splits[row].Add(name);
        List<int>[] captions = [.. Enumerable.Range(0, dataset.ImageCount).Select(_ => new List<int>())];
        for (int row = 0; row < dataset.CaptionCount; row++) captions[dataset.ImageOf(row)].Add(row);
        Dictionary<long, int> members = Enumerable.Range(0, dataset.ImageCount).CountBy(dataset.Group).ToDictionary();
        using AtomicFile file = new(path);
        using MemoryStream line = new();
        using Utf8JsonWriter json = new(line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        for (int row = 0; row < dataset.ImageCount; row++)
        {
            json.WriteStartObject();
            json.WriteNumber("imgid", dataset.ImageId(row));
            json.WriteString("filename", dataset.Table.ImageName(row));
            if (splits[row].Count == 1) json.WriteString("split", splits[row][0]);
            else WriteArray(json, "splits", splits[row], json.WriteStringValue);
            if (members[dataset.Group(row)] > 1) json.WriteNumber("group", dataset.Group(row));
            if (dataset.Table.Tags(row).Count > 0) WriteArray(json, "tags", dataset.Table.Tags(row), json.WriteStringValue);
            WriteArray(json, "sentids", captions[row], caption => json.WriteNumberValue(dataset.CaptionId(caption)));
            WriteArray(json, "sentences", captions[row], caption =>
            {
                json.WriteStartObject();
                json.WriteNumber("sentid", dataset.CaptionId(caption));
                json.WriteString("raw", dataset.Caption(caption));
                json.WriteEndObject();
            });
            json.WriteEndObject();
            json.Flush();
            line.WriteByte((byte)'\n');
            line.WriteTo(file.Stream);
            line.SetLength(0);
            json.Reset();
        }
        file.Commit();
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items) write(item);
        json.WriteEndArray();
    }
}
