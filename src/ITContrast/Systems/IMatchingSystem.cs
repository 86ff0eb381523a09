using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using TorchSharp;

namespace ITContrast.Systems;

/// <summary>A method from a paper, as a recipe over encoders, negatives and losses: what a trainer trains.</summary>
public interface IMatchingSystem : IDisposable
{
    /// <summary>The system's name, as the command line and run folders write it.</summary>
    string Name { get; }

    /// <summary>The encoders that remain when training is over.</summary>
    IPairEncoder Encoder { get; }

    /// <summary>Everything that is saved: encoders, temperature, queues, momentum copies.</summary>
    torch.nn.Module Module { get; }

    /// <summary>The loss of a batch, with gradients. The module is in training mode and its step has begun.</summary>
    LossResult Loss(PairBatch batch, TrainingStep step);

    /// <summary>Called after the optimiser changed the parameters: momentum copies and queues move here.</summary>
    void AfterStep(PairBatch batch, TrainingStep step);
}
