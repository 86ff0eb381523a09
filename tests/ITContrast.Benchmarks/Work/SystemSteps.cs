using ITContrast.Data;
using ITContrast.Experiments;
using ITContrast.Losses;
using ITContrast.Systems;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Work;

/// <summary>One step of each system in turn, over the epoch's first batches, counted as an epoch's steps: for parts that add a few percent.</summary>
internal sealed class SystemSteps : IWork
{
    private const int Batches = 8;

    private readonly TrainedSystems systems;
    private readonly PairBatch[] batches;
    private readonly int steps;
    private readonly Dictionary<string, DecoupledAdam> optimizers = [];

    public SystemSteps(IReadOnlyList<(string Name, RunConfig Config)> configurations)
    {
        systems = new(configurations);
        BatchPlan plan = new(systems.Split, configurations[0].Config.Training.BatchSize, TrainedSystems.Seed, 1);
        (batches, steps) = ([.. Enumerable.Range(0, Batches).Select(i => systems.Collator.Collate(plan[i]))], plan.Count);
        foreach (var (name, system) in systems.All)
        {
            optimizers[name] = new(system.Module.named_parameters(), 0.05);
            // A run's first step makes the momentum encoders copies of the trained ones; the steps that are timed are later ones.
            Train(system, optimizers[name], 0);
        }
    }

    public IReadOnlyList<Case> Cases
    {
        get
        {
            List<Case> cases = [];
            foreach (var (name, system) in systems.All)
            {
                long step = steps;
                cases.Add(new(name, () => Train(system, optimizers[name], step++), 1.0 / steps));
            }
            return cases;
        }
    }

    public IReadOnlyDictionary<string, Tensor> Results() => new Dictionary<string, Tensor>();

    public void Dispose()
    {
        foreach (DecoupledAdam optimizer in optimizers.Values) optimizer.Dispose();
        foreach (PairBatch batch in batches) batch.Dispose();
        systems.Dispose();
    }

    private void Train(IMatchingSystem system, DecoupledAdam optimizer, long number)
    {
        using DisposeScope scope = NewDisposeScope();
        PairBatch batch = batches[number % Batches];
        system.Module.BeginStep(TrainedSystems.Seed, number);
        system.Module.zero_grad();
        TrainingStep step = new(TrainedSystems.Seed, number, (int)(number / steps), steps);
        LossResult result = system.Loss(batch, step);
        result.Value.backward();
        optimizer.Step(1e-3);
        system.AfterStep(batch, step);
    }
}
