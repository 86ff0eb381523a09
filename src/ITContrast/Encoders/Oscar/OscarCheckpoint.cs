using ITContrast.Text;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>What loading a checkpoint did not use.</summary>
/// <param name="Ignored">Tensors left out by name: pre-training heads and index buffers.</param>
/// <param name="HeadMissing">True where the file has no matching head: as a cross-encoder the model must be fine-tuned first.</param>
public sealed record OscarLoadReport(IReadOnlyList<string> Ignored, bool HeadMissing);

/// <summary>
/// Reads the published checkpoint files as they are: <c>config.json</c> with <c>pytorch_model.bin</c> (either container of torch.save, through the safe reader)
/// or
/// <c>model.safetensors</c>; names with and without the <c>bert.</c> prefix.
/// </summary>
public static class OscarCheckpoint
{
    private static readonly string[] Files = ["pytorch_model.bin", "model.safetensors"];
    private static readonly string[] PretrainingParts = ["cls.", "qa_cls", "seq_relationship", "bert.embeddings.position_ids", "bert.code_embeddings"];

    /// <summary>The weights in a folder.</summary>
    /// <exception cref="DataException">The folder holds none of the known files.</exception>
    public static string WeightsIn(string folder) => Files.Select(f => Path.Combine(folder, f)).FirstOrDefault(File.Exists)
        ?? throw new DataException($"{folder} holds no checkpoint: expected {string.Join(" or ", Files)} beside config.json.");

    /// <summary>Loads a folder.</summary>
    /// <param name="folder">Holds <c>config.json</c> and the weights.</param>
    /// <param name="dtype">What the weights are converted to; default float32.</param>
    /// <exception cref="DataException">Tensors are missing, unknown or of another shape than the configuration says; all are listed.</exception>
    public static (OscarModel Model, OscarLoadReport Report) Load(string folder, ScalarType dtype = ScalarType.Float32)
    {
        var config = OscarConfig.Read(Path.Combine(folder, "config.json"));
        var weights = WeightsIn(folder);
        var model = new OscarModel(config);
        try
        {
            var report = Fill(model, weights);
            model.to(dtype);
            return (model, report);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Fills a model with a folder's weights.</summary>
    /// <exception cref="DataException">Tensors are missing, unknown or of another shape than the model's; all are listed.</exception>
    public static OscarLoadReport Load(string folder, OscarModel model) => Fill(model, WeightsIn(folder));

    /// <summary>The folder's <c>vocab.txt</c>, checked against the model.</summary>
    /// <exception cref="DataException">It holds another number of word pieces than the model has embeddings, or is no BERT vocabulary.</exception>
    public static WordPieceTokenizer Vocabulary(string folder, OscarModel model) => Vocabulary(folder, model.Config);

    /// <summary>The folder's <c>vocab.txt</c>, checked against the configuration.</summary>
    /// <exception cref="DataException">It holds another number of word pieces than the configuration says, or is no BERT vocabulary.</exception>
    public static WordPieceTokenizer Vocabulary(string folder, OscarConfig config)
    {
        var path = Path.Combine(folder, "vocab.txt");
        if (!File.Exists(path))
            throw new DataException($"{folder} holds no vocab.txt; captions cannot be encoded without the vocabulary that the model was trained with.");
        var vocabulary = WordPieceTokenizer.FromFile(path);
        return vocabulary.VocabularySize == config.VocabularySize ? vocabulary
            : throw new DataException(
                $"{path} holds {vocabulary.VocabularySize} word pieces, but config.json says {config.VocabularySize} (vocab_size). Is it another model's vocabulary?"
            );
    }

    /// <summary>Writes a model's tensors under their published names, as safetensors with a checksum.</summary>
    public static void Save(OscarModel model, string path)
    {
        using var scope = NewDisposeScope();
        Safetensors.Save(path, model.PublishedNames().Select(p => KeyValuePair.Create(p.Name, p.Tensor.detach())), options: WriteOptions.Checkpoint);
    }

    private static OscarLoadReport Fill(OscarModel model, string path)
    {
        using var file = CheckpointFile.Open(path);
        var prefixed = file.Tensors.Any(t => t.Name.StartsWith("bert.", StringComparison.Ordinal));
        var found = file.Tensors.ToDictionary(t =>
            prefixed || t.Name.StartsWith("classifier.", StringComparison.Ordinal) || PretrainingParts[..3].Any(t.Name.StartsWith) ? t.Name : $"bert.{t.Name}");
        var wanted = model.PublishedNames().ToList();
        var headMissing = !found.Keys.Any(n => n.StartsWith("classifier.", StringComparison.Ordinal));
        if (headMissing) wanted.RemoveAll(w => w.Name.StartsWith("classifier.", StringComparison.Ordinal));

        var names = wanted.Select(w => w.Name).ToHashSet();
        var ignored = found.Keys.Where(n => !names.Contains(n) && PretrainingParts.Any(n.StartsWith)).Order(StringComparer.Ordinal).ToList();
        var extra = found.Keys.Where(n => !names.Contains(n)).Except(ignored).Order(StringComparer.Ordinal).ToList();
        var problems = new List<string>();
        foreach (var (name, tensor) in wanted)
            if (!found.TryGetValue(name, out var view)) problems.Add($"missing {name} {Shape(tensor.shape)}{Closest(name, extra)}");
            else if (!view.Shape.SequenceEqual(tensor.shape)) problems.Add($"{name} is {Shape(view.Shape)}, config.json says {Shape(tensor.shape)}");
        problems.AddRange(extra.Select(n => $"unknown {n} {Shape(found[n].Shape)}"));
        if (problems.Count > 0) throw new DataException($"{path} does not fit its config.json: {string.Join("; ", problems)}.");

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, tensor) in wanted) tensor.copy_(found[name].ToTensor());
        return new(ignored, headMissing);
    }

    private static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    private static string Closest(string name, IReadOnlyList<string> candidates)
    {
        var closest = candidates.Select(c => (c, Distance: EditDistance(name, c))).OrderBy(p => p.Distance).FirstOrDefault();
        return closest.c is not null && closest.Distance <= name.Length / 3 ? $" (the file has {closest.c})" : "";
    }

    private static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
