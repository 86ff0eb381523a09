using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems;

/// <summary>
/// ConVSE's training in two phases: first the base embedding alone under VSE++'s loss, then heads on top of it and everything under ConVSE's loss.
/// <code>
///   epoch &lt; E₀    L_base( base(image), base(caption) )          evaluated by the base
///   epoch ≥ E₀    L( head(base(image)), head(base(caption)) )   evaluated by the heads
/// </code>
/// E₀ = 0 trains heads from the start. Source: <c>anuragjain96/ConVsepp</c> loads a trained base embedding and adds heads [V]; that both phases are one run of
/// a fixed number of epochs is this project's [I].
/// </summary>
public sealed class TwoPhaseSystem : IMatchingSystem
{
    private readonly IPairLoss baseLoss, loss;
    private readonly int baseEpochs;
    private readonly Phase phase = new();
    private readonly SystemModule module;

    /// <summary>Composes the system.</summary>
    /// <param name="name">The name in run folders and tables.</param>
    /// <param name="heads">Heads on a base embedding; disposed with the system.</param>
    /// <param name="baseLoss">The first phase's loss.</param>
    /// <param name="loss">The second phase's loss.</param>
    /// <param name="baseEpochs">E₀, at least 0; fewer than the run's epochs, or the heads are never trained.</param>
    public TwoPhaseSystem(string name, ProjectionHeads heads, IPairLoss baseLoss, IPairLoss loss, int baseEpochs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(baseEpochs);
        (Name, this.baseLoss, this.loss, this.baseEpochs) = (name, baseLoss, loss, baseEpochs);
        Encoder = new PhasedEncoder(heads, phase);
        module = new(name, ("encoder", heads), ("base_loss", baseLoss), ("loss", loss), ("phase", phase));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IPairEncoder Encoder { get; }

    /// <inheritdoc/>
    public nn.Module Module => module;

    /// <inheritdoc/>
    public LossResult Loss(PairBatch batch, TrainingStep step)
    {
        phase.Heads = step.Epoch >= baseEpochs;
        return (step.Epoch >= baseEpochs ? loss : baseLoss).Compute(Scores.Of(Encoder.Images(batch.Images), Encoder.Captions(batch.Captions), batch.SameGroup));
    }

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) { }

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();

    // The phase is saved with the model: what ranks after loading is what ranked before.
    private sealed class Phase : nn.Module
    {
        private readonly Tensor heads = zeros(1);

        public Phase() : base(nameof(Phase)) => register_buffer("heads", heads);

        public bool Heads
        {
            get => heads.item<float>() > 0;
            set => heads.fill_(value ? 1 : 0);
        }
    }

    private sealed class PhasedEncoder(ProjectionHeads heads, Phase phase) : IPairEncoder
    {
        public int Dimension => heads.Dimension;
        public nn.Module Module => heads;
        public Tensor Images(ImageBatch batch) => phase.Heads ? heads.Images(batch) : heads.Base.Images(batch);
        public Tensor Captions(CaptionBatch batch) => phase.Heads ? heads.Captions(batch) : heads.Base.Captions(batch);
    }
}
