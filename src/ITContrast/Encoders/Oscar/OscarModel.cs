using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>
/// OSCAR: BERT over text and image regions in one sequence. Text gets word, position and segment embeddings; a region gets
/// <c>img_embedding = Linear(2054, H)</c> (and a layer normalisation where the configuration says so), no position and no segment.
/// <code>sequence = [CLS] caption [SEP] tags [SEP] | regions        pooled = tanh(W·sequence₀ + b)        logits = W·drop(pooled) + b</code>
/// Source: Li et al., OSCAR (ECCV 2020), <c>microsoft/Oscar</c> [V, METHODS 6.5].
/// </summary>
public sealed class OscarModel : nn.Module
{
    private const double Masked = -10000;
    private readonly Embedding words, positions, segments;
    private readonly LayerNorm textNorm;
    private readonly Linear regions, pooler, matching;
    private readonly LayerNorm? regionNorm;
    private readonly ModuleList<OscarLayer> layers;
    private readonly StreamedDropout dropout;

    /// <summary>Creates a model with the layers' default values; <see cref="StreamedModules.Initialise"/> or a checkpoint gives it others.</summary>
    public OscarModel(OscarConfig config) : base(nameof(OscarModel))
    {
        Config = config.Validated();
        words = nn.Embedding(config.VocabularySize, config.Hidden);
        positions = nn.Embedding(config.Positions, config.Hidden);
        segments = nn.Embedding(config.Segments, config.Hidden);
        textNorm = nn.LayerNorm(config.Hidden, config.NormEpsilon);
        regions = nn.Linear(config.RegionWidth, config.Hidden);
        regionNorm = config.NormaliseRegions ? nn.LayerNorm(config.Hidden, config.RegionNormEpsilon) : null;
        layers = new ModuleList<OscarLayer>(Enumerable.Range(0, config.Layers).Select(_ => new OscarLayer(config)).ToArray());
        (pooler, matching) = (nn.Linear(config.Hidden, config.Hidden), nn.Linear(config.Hidden, config.Labels));
        dropout = new StreamedDropout(config.Dropout);
        RegisterComponents();
    }

    /// <summary>The model's shape.</summary>
    public OscarConfig Config { get; }

    /// <summary>
    /// Whether a training pass keeps only each layer's input and computes the layer again for its gradients: the same gradients in a fraction of the
    /// memory, for about a third more time (<see cref="Recomputed"/>).
    /// </summary>
    public bool RecomputeLayers { get; set; }

    /// <summary>Word embeddings, <c>[V, H]</c>: also the output layer of masked-token prediction.</summary>
    public Tensor WordEmbeddings => words.weight!;

    /// <summary>Embedded text, <c>[B, L, H]</c>.</summary>
    /// <param name="ids">Word pieces, <c>[B, L]</c> int64.</param>
    /// <param name="types">Segment of each, <c>[B, L]</c> int64; null is segment 0.</param>
    /// <exception cref="ShapeException">More tokens than positions.</exception>
    /// <exception cref="ArgumentException">An id beyond the vocabulary.</exception>
    public Tensor EmbedText(Tensor ids, Tensor? types = null)
    {
        using var scope = NewDisposeScope();
        var length = ids.shape[1];
        CheckIds(ids);
        if (length > Config.Positions)
            throw new ShapeException($"A text of {length} tokens came to a model of {Config.Positions} positions. Cut the captions or the tags.");
        var segment = types is null ? segments.weight!.narrow(0, 0, 1) : segments.call(types);
        var embedded = words.call(ids) + positions.weight!.narrow(0, 0, length) + segment;
        return dropout.call(textNorm.call(embedded)).MoveToOuterDisposeScope();
    }

    /// <summary>Embedded regions, <c>[B, R, H]</c>, of features <c>[B, R, F]</c>.</summary>
    /// <exception cref="ShapeException">Features of another width.</exception>
    public Tensor EmbedRegions(Tensor features)
    {
        CheckRegions(features);
        using var scope = NewDisposeScope();
        var embedded = regions.call(features);
        return dropout.call(regionNorm is null ? embedded : regionNorm.call(embedded)).MoveToOuterDisposeScope();
    }

    // On the CPU alone: elsewhere it would wait for the device, which refuses such an id itself.
    private void CheckIds(Tensor ids)
    {
        if (ids.device_type != DeviceType.CPU || ids.numel() == 0) return;
        using var largest = ids.max();
        if (largest.item<long>() >= Config.VocabularySize)
            throw new ArgumentException(
                $"Token {largest.item<long>()} came to a model of {Config.VocabularySize} word pieces. Were the captions encoded with another vocabulary?",
                nameof(ids));
    }

    internal void CheckRegions(Tensor features)
    {
        if (features.ndim != 3 || features.shape[2] != Config.RegionWidth)
            throw new ShapeException($"Expected regions [B, R, {Config.RegionWidth}], found [{string.Join(", ", features.shape)}]."
                + (features.shape[^1] == Config.RegionWidth - 6 ? " Are the 6 box numbers missing (x1/W, y1/H, x2/W, y2/H, w/W, h/H)?" : ""));
    }

    /// <summary>Last layer, <c>[B, L, H]</c>.</summary>
    /// <param name="embedded">Embedded text, regions, or both along dimension 1.</param>
    /// <param name="mask">1 at real positions, <c>[B, L]</c>.</param>
    public Tensor Encode(Tensor embedded, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var bias = (1 - mask.to(embedded.dtype)).unsqueeze(1).unsqueeze(1) * Masked;
        var x = embedded.alias();
        foreach (var layer in layers)
            x = RecomputeLayers && training ? Recomputed.Run(layer, inputs => layer.Forward(inputs[0], inputs[1]), x, bias) : layer.Forward(x, bias);
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Text and regions through all layers: <c>[B, L + R, H]</c>.</summary>
    public Tensor Sequence(Tensor ids, Tensor? types, Tensor features, Tensor mask) => Encode(cat([EmbedText(ids, types), EmbedRegions(features)], 1), mask);

    /// <summary><c>tanh(W·x₀ + b)</c> of the first position, <c>[B, H]</c>.</summary>
    public Tensor Pool(Tensor sequence) => pooler.call(sequence.select(1, 0)).tanh();

    /// <summary>Matching logits <c>[B, 2]</c> of pooled outputs: class 1 is a match.</summary>
    public Tensor Match(Tensor pooled) => matching.call(dropout.call(pooled));

    /// <summary>The model's tensors under the names of a published checkpoint, with the <c>bert.</c> prefix.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> PublishedNames()
    {
        IEnumerable<(string, Tensor)> inner =
        [
            .. OscarNames.Of("embeddings.word_embeddings", words), .. OscarNames.Of("embeddings.position_embeddings", positions),
            .. OscarNames.Of("embeddings.token_type_embeddings", segments), .. OscarNames.Of("embeddings.LayerNorm", textNorm),
            .. layers.SelectMany((layer, i) => layer.PublishedNames().Select(p => ($"encoder.layer.{i}.{p.Name}", p.Tensor))),
            .. OscarNames.Of("pooler.dense", pooler), .. OscarNames.Of("img_embedding", regions),
            .. regionNorm is null ? [] : OscarNames.Of("LayerNorm", regionNorm),
        ];
        return [.. inner.Select(p => ($"bert.{p.Item1}", p.Item2)), .. OscarNames.Of("classifier", matching)];
    }
}
