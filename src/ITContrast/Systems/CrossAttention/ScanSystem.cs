using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Encoders.CrossAttention;
using ITContrast.Losses;
using TorchSharp;

namespace ITContrast.Systems.CrossAttention;

/// <summary>
/// SCAN: scores by stacked cross attention between regions and words, under a pair loss; published with VSE++'s max of hinges, margin 0.2.
/// What shares an image or a concept is never a negative. Every pair of a batch is attended to, so a step costs O(B²·R·L·D).
/// Source: Lee et al., SCAN (ECCV 2018), <c>kuanghuei/SCAN</c>: attention, scales and loss [V]; same-concept masking [I].
/// </summary>
public sealed class ScanSystem : IScoringSystem
{
    private readonly IPairLoss loss;
    private readonly SystemModule module;

    /// <summary>Composes the system.</summary>
    /// <param name="name">The name in run folders and tables.</param>
    /// <param name="encoder">The cross encoder; disposed with the system.</param>
    /// <param name="loss">The loss over its scores; VSE++'s when null. One that reads embeddings (synthesis) has none here.</param>
    public ScanSystem(string name, ICrossEncoder encoder, IPairLoss? loss = null)
    {
        (Name, Scorer, this.loss) = (name, encoder, loss ?? new TripletLoss());
        Encoder = new MeanFragments(encoder);
        module = new(name, ("encoder", encoder.Module), ("loss", this.loss));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ICrossEncoder Scorer { get; }

    /// <inheritdoc/>
    public IPairEncoder Encoder { get; }

    /// <inheritdoc/>
    public torch.nn.Module Module => module;

    /// <inheritdoc/>
    public LossResult Loss(PairBatch batch, TrainingStep step) =>
        loss.Compute(Scores.OfMatrix(Scorer.Scores(Scorer.Images(batch.Images), Scorer.Captions(batch.Captions)), batch.SameGroup));

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) { }

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();
}
