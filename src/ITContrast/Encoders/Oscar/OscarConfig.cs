using System.Text.Json;

namespace ITContrast.Encoders.Oscar;

/// <summary>
/// The shape of an OSCAR model, as its <c>config.json</c> says it: BERT's configuration and the image part.
/// Source: <c>microsoft/Oscar</c> [V, METHODS 6.5].
/// </summary>
public sealed record OscarConfig
{
    /// <summary>Word pieces V.</summary>
    public int VocabularySize { get; init; } = 30522;
    /// <summary>H.</summary>
    public int Hidden { get; init; } = 768;
    /// <summary>Number of layers.</summary>
    public int Layers { get; init; } = 12;
    /// <summary>Attention heads; must divide H.</summary>
    public int Heads { get; init; } = 12;
    /// <summary>Width of the feed-forward part.</summary>
    public int Intermediate { get; init; } = 3072;
    /// <summary>Longest text.</summary>
    public int Positions { get; init; } = 512;
    /// <summary>Segment types.</summary>
    public int Segments { get; init; } = 2;
    /// <summary>ε of the layer normalisations.</summary>
    public double NormEpsilon { get; init; } = 1e-12;
    /// <summary>Dropout after embeddings, attention output and feed-forward.</summary>
    public double Dropout { get; init; } = 0.1;
    /// <summary>Dropout of attention probabilities.</summary>
    public double AttentionDropout { get; init; } = 0.1;
    /// <summary>Width of a region vector: 2,048 features and 6 box numbers.</summary>
    public int RegionWidth { get; init; } = 2054;
    /// <summary>Whether embedded regions are layer-normalised.</summary>
    public bool NormaliseRegions { get; init; }
    /// <summary>ε of that normalisation.</summary>
    public double RegionNormEpsilon { get; init; } = 1e-12;
    /// <summary>Classes of the matching head: 2, no match and match.</summary>
    public int Labels { get; init; } = 2;

    /// <summary>A configuration small enough to pre-train on a CPU in minutes.</summary>
    public static OscarConfig Tiny(int vocabularySize, int regionWidth) => new()
    {
        VocabularySize = vocabularySize, Hidden = 64, Layers = 2, Heads = 4, Intermediate = 256, Positions = 64, RegionWidth = regionWidth,
    };

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <exception cref="DataException">The file is missing, is not JSON, or lacks or misstates a key.</exception>
    public static OscarConfig Read(string path)
    {
        if (!File.Exists(path)) throw new DataException($"{path} does not exist. A checkpoint folder holds config.json beside its weights.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Parse(document.RootElement, path);
        }
        catch (JsonException e)
        {
            throw new DataException($"{path} is not JSON: {e.Message}");
        }
    }

    private static OscarConfig Parse(JsonElement root, string path)
    {
        int Whole(string key, int? fallback = null) =>
            Find(
                key,
                fallback,
                e =>
                    e.ValueKind == JsonValueKind.True ? 1
                    : e.ValueKind == JsonValueKind.False ? 0
                    : e.GetInt32());
        double Real(string key, double? fallback) => Find(key, fallback, e => e.GetDouble());
        T Find<T>(string key, T? fallback, Func<JsonElement, T> get) where T : struct
        {
            if (!root.TryGetProperty(key, out var value)) return fallback ?? throw new DataException($"{path} has no \"{key}\".");
            try { return get(value); }
            catch (Exception e) when (e is InvalidOperationException or FormatException)
            {
                throw new DataException($"{path}: \"{key}\" is {value.GetRawText()}, expected a number.");
            }
        }
        var activation = root.TryGetProperty("hidden_act", out var act) ? act.GetString() : "gelu";
        if (activation != "gelu") throw new DataException($"{path}: \"hidden_act\" is \"{activation}\"; OSCAR's published models use \"gelu\".");
        return new OscarConfig
        {
            VocabularySize = Whole("vocab_size"), Hidden = Whole("hidden_size"), Layers = Whole("num_hidden_layers"), Heads = Whole("num_attention_heads"),
            Intermediate = Whole("intermediate_size"), Positions = Whole("max_position_embeddings"), Segments = Whole("type_vocab_size", 2),
            NormEpsilon = Real("layer_norm_eps", 1e-12),
            Dropout = Real("hidden_dropout_prob", 0.1),
            AttentionDropout = Real("attention_probs_dropout_prob", 0.1),
            RegionWidth = Whole("img_feature_dim", 2054), NormaliseRegions = Whole("use_img_layernorm", 0) != 0,
            RegionNormEpsilon = Real("img_layer_norm_eps", 1e-12), Labels = Whole("num_labels", 2),
        }.Validated(path);
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="DataException">A size is not positive, or the heads do not divide H; names the source.</exception>
    public OscarConfig Validated(string source = "OscarConfig")
    {
        if (new[] { VocabularySize, Hidden, Layers, Heads, Intermediate, Positions, Segments, RegionWidth, Labels }.Any(x => x < 1))
            throw new DataException($"{source}: every size must be at least 1.");
        if (Hidden % Heads != 0) throw new DataException($"{source}: hidden_size {Hidden} is not divisible by num_attention_heads {Heads}.");
        if (Dropout is not (>= 0 and < 1) || AttentionDropout is not (>= 0 and < 1)) throw new DataException($"{source}: dropout must lie within [0, 1).");
        return this;
    }
}
