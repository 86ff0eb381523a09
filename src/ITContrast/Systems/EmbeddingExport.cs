using System.Text.Json;
using ITContrast.Data;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems;

/// <summary>
/// A split's embeddings in one safetensors file, written as they are computed, so that memory holds one batch: float32 <c>images</c> <c>[N, D]</c> and
/// <c>captions</c> <c>[M, D]</c>, int64 <c>image_of</c> <c>[M]</c>, an image position in the whole split for each caption. A shard holds a run of the images
/// and a run of the captions; shards joined are the file that one machine writes, byte for byte: rows are embedded in blocks that lie the same in the split
/// whatever the shards, since a product of another number of rows may round differently. A shard of a small split may hold no rows.
/// </summary>
public static class EmbeddingExport
{
    private const string Key = "itcontrast.embeddings";
    private const int Block = 32, Elements = 1 << 20;

    private sealed record Identity(string Data, string Split, string Model, int Images, int Captions, int Dimension, int Shard, int Shards)
    {
        public (int Start, int Count) ImageRun => Run(Images);

        public (int Start, int Count) CaptionRun => Run(Captions);

        private (int Start, int Count) Run(int rows)
        {
            int start = Edge(rows, Shard);
            return (start, Edge(rows, Shard + 1) - start);
        }

        private int Edge(int rows, int shard) => (int)Math.Min(rows, Block * ((rows + Block - 1L) / Block * shard / Shards));
    }

    /// <summary>Embeds a split, or a shard of it, into a file that appears when it is whole.</summary>
    /// <param name="matcher">The model.</param>
    /// <param name="model">What names it in the file, so that shards of different models do not join: a run's hash.</param>
    /// <param name="dataset">The data.</param>
    /// <param name="split">A split of it, in evaluation order.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="shard">0-based.</param>
    /// <param name="shards">At least 1, at most the images.</param>
    /// <param name="progress">Told rows done and in all.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public static void Write(TrainedMatcher matcher, string model, PairDataset dataset, PairSplit split, string path,
        int shard = 0, int shards = 1, IProgress<(long Done, long Total)>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(matcher);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(split);
        if (shards < 1 || shards > split.ImageRows.Length || shard < 0 || shard >= shards)
            throw new ArgumentOutOfRangeException(
                nameof(shard), $"{shard}/{shards}", $"Shards are numbered 0 to n - 1, and n is 1 to {split.ImageRows.Length} here.");
        var identity = new Identity(
            dataset.ContentHash, split.Name, model, split.ImageRows.Length, split.CaptionRows.Length, matcher.System.Encoder.Dimension, shard, shards);
        using SafetensorsWriter writer = Writer(path, identity);
        var (image, images) = identity.ImageRun;
        var (caption, captions) = identity.CaptionRun;
        long done = 0, total = images + captions;
        for (int start = 0; start < images; start += Block)
            Append(matcher.Embed(dataset.Images, split.ImageRows[(image + start)..(image + Math.Min(images, start + Block))]));
        for (int start = 0; start < captions; start += Block)
            Append(matcher.Embed([.. split.CaptionRows[(caption + start)..(caption + Math.Min(captions, start + Block))].Select(dataset.Caption)]));
        writer.Append<long>([.. split.ImageOf[caption..(caption + captions)].Select(position => (long)position)]);
        writer.Complete();

        void Append(Tensor rows)
        {
            using (rows) writer.Append(rows);
            progress?.Report((done = Math.Min(total, done + Block), total));
        }
    }

    /// <summary>Joins all shards of one split, in any order.</summary>
    /// <exception cref="DataException">A file is no such shard, shards belong to different data or models, or one is missing or named twice.</exception>
    public static void Join(IReadOnlyList<string> paths, string path)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var files = new List<SafetensorsFile>();
        try
        {
            foreach (string shard in paths) files.Add(SafetensorsFile.Open(shard));
            Identity[] identities = [.. files.Select((file, place) => Read(paths[place], file))];
            Identity whole = Require(identities, paths);
            SafetensorsFile[] ordered =
            [
                .. files.Select((file, place) => (file, identities[place].Shard)).OrderBy(pair => pair.Shard).Select(pair => pair.file),
            ];
            using SafetensorsWriter writer = Writer(path, whole);
            foreach (string name in (string[])["images", "captions"])
                foreach (SafetensorsFile file in ordered)
                    for (long start = 0; start < file[name].Count; start += Elements)
                        writer.Append(file[name].Span<float>(start, (int)Math.Min(Elements, file[name].Count - start)));
            foreach (SafetensorsFile file in ordered) writer.Append(file["image_of"].Span<long>());
            writer.Complete();
        }
        finally
        {
            foreach (SafetensorsFile file in files) file.Dispose();
        }
    }

    private static SafetensorsWriter Writer(string path, Identity identity) => new(path,
        [
            new TensorInfo("images", ElementType.Float32, identity.ImageRun.Count, identity.Dimension),
            new TensorInfo("captions", ElementType.Float32, identity.CaptionRun.Count, identity.Dimension),
            new TensorInfo("image_of", ElementType.Int64, identity.CaptionRun.Count),
        ],
        new Dictionary<string, string> { [Key] = JsonSerializer.Serialize(identity) });

    private static Identity Read(string path, SafetensorsFile file)
    {
        try
        {
            return JsonSerializer.Deserialize<Identity>(file.Metadata.TryGetValue(Key, out string? text) ? text : "null") is { } identity
                ? identity
                : throw DataException.At(path, "", "a shard of embeddings", "another safetensors file");
        }
        catch (JsonException error)
        {
            throw new DataException($"{path}: its description of the shard is damaged: {error.Message}", error);
        }
    }

    private static Identity Require(Identity[] identities, IReadOnlyList<string> paths)
    {
        if (identities.Length == 0) throw new DataException("There is no shard to join.");
        Identity first = identities[0];
        for (int place = 1; place < identities.Length; place++)
            if (identities[place] with { Shard = first.Shard } != first)
                throw new DataException(
                    $"{paths[place]} is of other data, another split, model or division than {paths[0]}; shards of different embeddings do not join.");
        int[] missing = [.. Enumerable.Range(0, first.Shards).Except(identities.Select(identity => identity.Shard))];
        if (missing.Length > 0) throw new DataException($"Shards {string.Join(", ", missing)} of {first.Shards} are missing.");
        if (identities.Length != first.Shards)
            throw new DataException($"{identities.Length} shards were given, but there are {first.Shards}: one is named twice.");
        return first with { Shard = 0, Shards = 1 };
    }
}
