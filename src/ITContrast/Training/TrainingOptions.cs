using System.Text.Json.Serialization;

namespace ITContrast.Training;

/// <summary>How long and how fast a system is trained; the defaults are those of the headline run.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training images, at least 1. A fixed number: the test split never decides when to stop.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Pairs a batch, at least 2.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The largest learning rate, above 0.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps in which the rate grows linearly from 0.</summary>
    public int WarmUpSteps { get; init; } = 30;

    /// <summary>Decoupled weight decay, at least 0; biases, scales and the temperature have none.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Probability that a training caption loses a word, 0..1.</summary>
    public double WordDropout { get; init; } = 0.15;

    /// <summary>Steps between checkpoints, at least 1. They change no number, only what an interrupted run repeats; not part of a run's identity.</summary>
    public int CheckpointSteps { get; init; } = 100;

    /// <summary>
    /// Parts of a batch with dropout streams of their own, which processes share: any number of them that divides this goes on with the run, equal to rounding.
    /// Null (the default) is one part. <see cref="BatchSize"/> stays the size of the whole batch and is a multiple.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Parts { get; init; }

    /// <summary>The split that is trained on.</summary>
    public string Split { get; init; } = "train";

    /// <summary>Factors of the learning rate by the beginnings of parameters' names, as <c>{"encoder.captions": 0.1}</c>; null for 1 everywhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? LayerRates { get; init; }

    /// <summary>Decay of a moving average of the weights, within (0, 1); the average is what is validated and kept. Null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WeightAverage { get; init; }

    /// <summary>
    /// Epochs without a better rsum on val after which the run stops; what is kept is the best epoch's model, and test is read from it alone. Null runs all
    /// epochs and keeps the last.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Patience { get; init; }

    internal bool KeepsBest => Patience is not null || WeightAverage is not null;

    internal TrainingOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointSteps, 1);
        if (Parts is { } parts && (parts < 1 || BatchSize % parts != 0))
            throw new ArgumentException($"A batch of {BatchSize} does not divide into {parts} parts.", nameof(Parts));
        ArgumentOutOfRangeException.ThrowIfNegative(WarmUpSteps);
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "A learning rate is finite and above 0.");
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            throw new ArgumentOutOfRangeException(nameof(WeightDecay), WeightDecay, "Weight decay is finite and at least 0.");
        if (WordDropout is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(WordDropout), WordDropout, "A dropout rate is 0 up to, but not including, 1.");
        if (WeightAverage is { } average and not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(WeightAverage), average, "The decay of averaged weights lies within (0, 1).");
        if (Patience is { } patience) ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1, nameof(Patience));
        foreach ((string prefix, double factor) in LayerRates ?? new Dictionary<string, double>())
            if (!(factor >= 0 && double.IsFinite(factor)))
                throw new ArgumentOutOfRangeException(nameof(LayerRates), factor, $"The learning rate's factor of \"{prefix}\" is finite and at least 0.");
        return this;
    }
}
