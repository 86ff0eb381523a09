using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems;

/// <summary>
/// The first system: <see cref="LightBackbone"/> (or another pair of encoders) under symmetric <see cref="InfoNce"/> with a learned temperature, all drawings
/// of a concept in a batch positives.
/// </summary>
public sealed class LightSystem : IMatchingSystem
{
    private readonly IPairEncoder backbone;
    private readonly InfoNce loss;
    private readonly Root root;

    /// <param name="backbone">The encoders; disposed with the system.</param>
    /// <param name="temperature">τ to begin with.</param>
    /// <param name="options">Defaults when null.</param>
    public LightSystem(IPairEncoder backbone, double temperature = 0.1, InfoNceOptions? options = null)
    {
        this.backbone = backbone;
        Temperature learned = new(temperature);
        loss = new(learned, options);
        root = new(backbone, learned);
    }

    /// <inheritdoc/>
    public string Name => "light";

    /// <inheritdoc/>
    public IPairEncoder Encoder => backbone;

    /// <inheritdoc/>
    public nn.Module Module => root;

    /// <inheritdoc/>
    public LossResult Loss(PairBatch batch, TrainingStep step) =>
        loss.Compute(Scores.Of(backbone.Images(batch.Images), backbone.Captions(batch.Captions), batch.SameGroup));

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) { }

    /// <inheritdoc/>
    public void Dispose() => root.Dispose();

    private sealed class Root : nn.Module
    {
        public Root(IPairEncoder backbone, Temperature temperature) : base(nameof(LightSystem))
        {
            register_module("backbone", backbone.Module);
            register_module("temperature", temperature);
        }
    }
}
