using System.Text.Json.Serialization;
using ITContrast.Data.Scenes;
using ITContrast.Encoders.Oscar;

namespace ITContrast.Experiments;

/// <summary>What a run of an OSCAR system (<c>oscar-pretrain</c>, <c>oscar-match</c>, <c>oscar</c>) needs beside training options.</summary>
public sealed record OscarOptions
{
    /// <summary>H, a multiple of <see cref="Heads"/>.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Number of layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward part.</summary>
    public int Intermediate { get; init; } = 256;

    /// <summary>Longest text: caption, tags and marks.</summary>
    public int Positions { get; init; } = 64;

    /// <summary>Dropout of embeddings, attention and feed-forward, 0..1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>How a sequence becomes one vector.</summary>
    public OscarPooling Pooling { get; init; } = OscarPooling.Mean;

    /// <summary>Products in bfloat16, see <see cref="Systems.Oscar.OscarPasses"/>.</summary>
    public bool Narrow { get; init; }

    /// <summary>See <see cref="OscarModel.RecomputeLayers"/>.</summary>
    public bool RecomputeLayers { get; init; }

    /// <summary>Images or captions in memory at once (<see cref="Encoders.ChunkedEncoder"/>); 0 for the whole batch. Read by <c>oscar</c>.</summary>
    public int Chunk { get; init; }

    /// <summary>The synthetic world to train on, as regions; null for <see cref="RunConfig.Data"/>, or pictocap.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SceneOptions? Scenes { get; init; }

    /// <summary>
    /// The published checkpoint that this run, or the one that it begins with, began with: its model and its word pieces hold. Null for a model of the sizes
    /// above.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PublishedOscar? Published { get; init; }

    /// <summary>The run whose weights this one begins with, of the same model; null begins with the published ones, or from random ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunConfig? Pretraining { get; init; }

    /// <summary>Finds or computes that run's checkpoint when it is needed; set by <see cref="Experiment"/>, no part of a configuration.</summary>
    [JsonIgnore]
    public Func<string>? Weights { get; init; }

    internal OscarConfig Model(int vocabulary, int regionWidth) => Published?.Model ?? new OscarConfig
    {
        VocabularySize = vocabulary, Hidden = Hidden, Layers = Layers, Heads = Heads, Intermediate = Intermediate, Positions = Positions,
        Dropout = Dropout, AttentionDropout = Dropout, RegionWidth = regionWidth, NormaliseRegions = true,
    }.Validated(nameof(OscarOptions));
}
