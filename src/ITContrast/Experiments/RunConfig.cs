using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using ITContrast.Training;

namespace ITContrast.Experiments;

/// <summary>Everything that decides the numbers of a run, apart from the machine. Two equal configurations are one run.</summary>
public sealed record RunConfig
{
    /// <summary>The system's name.</summary>
    public string System { get; init; } = "light";

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// The data, as <see cref="DatasetSources"/> names them, or <c>scene-objects[:IMAGES]</c>: the synthetic scenes with a region an object. Null for pictocap.
    /// Data with regions need <see cref="Heads"/>, which then train on those regions.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Data { get; init; }

    /// <summary>Which splits of pictocap; ignored with <see cref="Data"/>.</summary>
    public PictoCapDivision Division { get; init; } = PictoCapDivision.UnseenConcepts;

    /// <summary>Sizes of the encoders; ignored with <see cref="Heads"/>.</summary>
    public LightBackboneOptions Backbone { get; init; } = new();

    /// <summary>
    /// Heads in place of the backbone: on the data's own regions, or on those that the first system's image encoder extracted once
    /// (<see cref="StoredFeatures"/>). Null for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeadsOptions? Heads { get; init; }

    /// <summary>The loss.</summary>
    public InfoNceOptions Loss { get; init; } = new();

    /// <summary>τ to begin with.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>Whether words are also described by WordNet's hypernyms: knowledge from outside the training captions.</summary>
    public bool WordNet { get; init; } = true;

    /// <summary>What the method needs beside encoders and training; null for the first system.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MethodConfig? Method { get; init; }

    /// <summary>Sizes and data of an OSCAR system; null for the others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OscarOptions? Oscar { get; init; }

    /// <summary>How long and how fast.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>The configuration on stored regions instead of its backbone, with as many epochs as heads need.</summary>
    public RunConfig OnStoredFeatures() => this with { Heads = new(), Training = Training with { Epochs = HeadsEpochs, LearningRate = HeadsLearningRate } };

    /// <summary>
    /// Heads on the synthetic scenes, a region an object. Their 30-odd words are trained with the heads, the order of words matters, and a caption
    /// has no synonym to be dropped for.
    /// </summary>
    public RunConfig OnSceneObjects() => this with
    {
        Data = "scene-objects", WordNet = false,
        Heads = new() { TrainWords = true, WordDimension = 64, StateDimension = 64, Dropout = 0, WordDropout = 0 },
        Training = Training with { Epochs = SceneEpochs, LearningRate = HeadsLearningRate, WordDropout = 0 },
    };

    /// <summary>The configuration as JSON, members in the order of this record.</summary>
    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this, Format)!;

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DataException">A member is unknown or of another type.</exception>
    public static RunConfig FromJson(JsonNode json)
    {
        try
        {
            return json.Deserialize<RunConfig>(Format) ?? throw new DataException("Expected a run's configuration, found null.");
        }
        catch (JsonException error)
        {
            throw new DataException($"A run's configuration cannot be read: {error.Message} Was it written by another version?", error);
        }
    }

    /// <summary>Reads a configuration file: a run's <c>config.json</c>, or the configuration alone.</summary>
    /// <exception cref="DataException">The file is missing, is no JSON object, or is no configuration.</exception>
    public static RunConfig Read(string path)
    {
        JsonObject json = RunFolder.Read(path);
        return FromJson(json["config"] ?? json);
    }

    // Chosen on val of pictocap.
    private const int HeadsEpochs = 8, SceneEpochs = 8;
    private const double HeadsLearningRate = 2e-3;

    private static readonly JsonSerializerOptions Format = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };
}
