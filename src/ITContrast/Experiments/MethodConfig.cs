using System.Text.Json.Serialization;
using ITContrast.Encoders.CrossAttention;
using ITContrast.Losses;
using ITContrast.Synthesis;
using ITContrast.Systems.Coder;
using ITContrast.Systems.Distillation;
using ITContrast.Systems.ModalityInvariant;

namespace ITContrast.Experiments;

/// <summary>The method's own part of a configuration; each system reads the members that its documentation names.</summary>
public sealed record MethodConfig
{
    /// <summary>The cost function of ITContrast.</summary>
    public HardNegativeLossOptions Loss { get; init; } = new() { Temperature = 0.1, LearnTemperature = true };

    /// <summary>The synthesiser of ITContrast: profile, schedule, gradient flag.</summary>
    public SynthesisOptions Synthesis { get; init; } = new();

    /// <summary>Operators of ITContrast by name (see <see cref="Operators"/>), in order; none is the λ = 0 baseline.</summary>
    public IReadOnlyList<string> Operators { get; init; } = ["representatives"];

    /// <summary>Negatives that each drawing operator makes for an anchor. Default 8.</summary>
    public int Synthesised { get; init; } = 8;

    /// <summary>Groups and temperature of representatives.</summary>
    public RepresentativeOptions Representatives { get; init; } = new();

    /// <summary>
    /// Whether other images of an anchor's concept may be negatives: false masks the same image alone. Null, the default, masks the concept too.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? MaskConcepts { get; init; }

    /// <summary>α of hinge losses and of ConVSE++. Default 0.2.</summary>
    public double Margin { get; init; } = 0.2;

    /// <summary>τ of ConVSE and ConVSE++. Default 0.1.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>Queue, momentum, weights of CODER.</summary>
    public CoderOptions? Coder { get; init; }

    /// <summary>CODER's weighting by name: uniform, infonce, log-sum-exp, hal, hal-global, hardest or polynomial.</summary>
    public string Weighting { get; init; } = "log-sum-exp";

    /// <summary>C, concepts of CODER's graph. Default 300 (CVSE).</summary>
    public int Concepts { get; init; } = 300;

    /// <summary>Whether CODER's concepts are related by co-occurrence in the training captions (null) or by WordNet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConceptRelations? Relations { get; init; }

    /// <summary>Epochs of ConVSE's first phase, in which the base embedding alone is trained by VSE++'s loss; null trains heads from the start.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BaseEpochs { get; init; }

    /// <summary>Sinkhorn normalisation of a batch's scores before the loss, in every system; null for none. "ncl" has it always.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NormalisationOptions? Normalisation { get; init; }

    /// <summary>Memory bank and weights of HAL's global form, also as CODER's weighting; its defaults when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HalGlobalOptions? HalGlobal { get; init; }

    /// <summary>Cross attention of SCAN, also as teacher; text to image with the mean when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScanOptions? Scan { get; init; }

    /// <summary>
    /// Teacher and weights of distillation: with it, any system of two encoders is the student of a cross encoder. Null for none; "distilled", InfoNCE's
    /// student, then has the defaults.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DistillationOptions? Distillation { get; init; }

    /// <summary>Stages and adversary of the modality-invariant embedding.</summary>
    public ModalityInvariantOptions ModalityInvariant { get; init; } = new();
}
