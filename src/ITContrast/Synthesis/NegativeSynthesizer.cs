using ITContrast.Losses;
using ITContrast.Negatives;
using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// Runs operators over both directions of a batch and hands their scores to the loss as extra columns: image anchors over captions, caption anchors over
/// images, by the same rule.
/// </summary>
public sealed class NegativeSynthesizer
{
    private readonly SynthesisOptions options;

    /// <summary>Composes operators.</summary>
    /// <exception cref="ArgumentException">No operator, or two of the same name.</exception>
    public NegativeSynthesizer(IReadOnlyList<INegativeSynthesis> operators, SynthesisOptions options)
    {
        if (operators.Count == 0) throw new ArgumentException("A synthesiser needs at least one operator; without synthesis use none.");
        if (operators.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"The operator '{twice.Key}' is given twice.");
        (Operators, this.options) = (operators, options.Validated());
    }

    /// <summary>The operators, in the order of their columns.</summary>
    public IReadOnlyList<INegativeSynthesis> Operators { get; }

    /// <summary>Scores of the synthesised negatives of both directions; null while the schedule keeps synthesis off.</summary>
    /// <param name="scores">The batch.</param>
    /// <param name="epoch">0-based epoch, for the schedule.</param>
    /// <param name="random">Generator of this step's named stream.</param>
    public Synthesised? Compute(Scores scores, int epoch, Generator random)
    {
        if (options.Ease(epoch) is not { } ease) return null;
        var images = Side(Direction.OfImages(scores), ease, random);
        var captions = Side(Direction.OfCaptions(scores), ease, random);
        return new(new SyntheticScores(images.Scores, captions.Scores), SynthesisTelemetry.Of(Operators, images, captions));
    }

    private SynthesisSide Side(Direction direction, double ease, Generator random)
    {
        var context = new SynthesisContext(direction, HardnessProfile.Of(direction, options.Hardest), random, options.ThroughNegatives, options.Path);
        var byOperator = Operators.Select(o => o.Score(context)).ToList();
        var all = byOperator.Count == 1 ? byOperator[0] : cat(byOperator, 1);
        return new(context, byOperator, ease == 0 ? all : all - ease);
    }
}

/// <summary>What a synthesiser made of one batch.</summary>
/// <param name="Scores">Extra columns for the loss.</param>
/// <param name="Telemetry">Detached scalars by name, see <see cref="SynthesisTelemetry"/>.</param>
public sealed record Synthesised(SyntheticScores Scores, IReadOnlyDictionary<string, Tensor> Telemetry);

/// <summary>One direction's synthesised scores: by operator, and all of them as the loss sees them.</summary>
internal sealed record SynthesisSide(SynthesisContext Context, IReadOnlyList<Tensor> ByOperator, Tensor Scores);
