using System.Diagnostics;
using System.Text.Json.Nodes;
using ITContrast.Data;
using ITContrast.Losses;
using ITContrast.Systems;
using ITContrast.Torch;
using ITContrast.Training.Parallel;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Training;

/// <summary>
/// Trains a system for a fixed number of epochs, or until val stops improving. Every draw is a function of (seed, stream, step), so a run that is killed at any
/// step and resumed ends with the same weights, optimiser state and metrics, bit for bit, as one that was not (same machine, threads and torch).
/// </summary>
public sealed class Trainer
{
    private readonly IMatchingSystem system;
    private readonly PairCollator collator;
    private readonly PairSplit split;
    private readonly TrainingOptions options;
    private readonly ulong seed;

    /// <param name="system">What is trained; it stays the caller's.</param>
    /// <param name="collator">Turns caption rows into batches.</param>
    /// <param name="split">The training split.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="seed">The run's seed.</param>
    public Trainer(IMatchingSystem system, PairCollator collator, PairSplit split, TrainingOptions options, ulong seed) =>
        (this.system, this.collator, this.split, this.options, this.seed) = (system, collator, split, options.Validated(), seed);

    /// <summary>Called after every epoch, with its number from 0 and the module in evaluation mode; its result goes into the metrics. Null for none.</summary>
    public Func<int, JsonObject>? Validate { get; init; }

    /// <summary>Texts that the checkpoint carries, as the vocabulary.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>The other processes that train the same model, each called with the same arguments; null trains alone. Only the first one writes.</summary>
    public Peers? Peers { get; init; }

    private bool Writes => Peers is not { Rank: > 0 };

    /// <summary>Trains, or goes on training.</summary>
    /// <param name="folder">Where metrics and checkpoints go; a checkpoint found there is resumed.</param>
    /// <param name="progress">Told after every step, on this thread.</param>
    /// <param name="cancellation">Ends the run between two steps with <see cref="OperationCanceledException"/>; a checkpoint is written first.</param>
    /// <returns>Steps of the whole run; fewer than planned where it stopped early.</returns>
    /// <exception cref="TrainingException">A loss or gradient is not finite, or the space has collapsed.</exception>
    public long Run(RunFolder folder, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        BatchPlanOptions plan = new() { CaptionLengths = collator.CaptionLengths(split) };
        int perEpoch = new BatchPlan(split, options.BatchSize, seed, 0, plan).Count;
        long steps = (long)perEpoch * options.Epochs;
        if (Peers is not null && options.KeepsBest)
            throw new ArgumentException("Training in several processes keeps the last state; leave out Patience and WeightAverage, or train in one process.");
        using DecoupledAdam optimizer = new(system.Module.named_parameters(), options.WeightDecay, layerRates: options.LayerRates);
        using WeightAverage? average = options.WeightAverage is { } decay ? new(system.Module.named_parameters(), decay) : null;
        long step = Writes && folder.HasCheckpoint ? Checkpoint.Load(folder.CheckpointPath, system.Module, optimizer, average) : 0;
        if (Peers is not null) step = Peers.Share(system.Module, optimizer, step);
        using DistributedGradients? gradients = Peers?.Watch(system.Module);
        using RunLog? metrics = Writes ? folder.OpenMetrics(step) : null;
        State state = new(optimizer, new CosineSchedule(options.LearningRate, options.WarmUpSteps, steps), metrics, folder, gradients)
        {
            Step = step, Resumed = step, Steps = steps, PerEpoch = perEpoch, Average = average, Best = Writes ? BestEpoch.Read(folder.MetricsPath) : new(),
        };
        try
        {
            while (state.Step < steps && !IsOver(state)) Epoch(state, plan, progress, cancellation);
        }
        catch (OperationCanceledException)
        {
            // At the end of an epoch its validation line is still to come; the checkpoint before repeats a few steps instead.
            if (state.Step % perEpoch != 0) Save(state);
            throw;
        }
        Save(state);
        return state.Step;
    }

    // Only between epochs; a run that resumes inside one has validated less.
    private bool IsOver(State state) => options.Patience is { } patience && state.Step % state.PerEpoch == 0 && state.Best.Since >= patience;

    private void Epoch(State state, BatchPlanOptions plan, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        int epoch = (int)(state.Step / state.PerEpoch);
        int[][] batches = [.. new BatchPlan(split, options.BatchSize, seed, epoch, plan).Skip((int)(state.Step % state.PerEpoch))];
        system.Module.train();
        foreach (PairBatch batch in new PairLoader(collator, batches, firstStep: state.Step, cancellation: Peers is null ? cancellation : default))
        {
            using (batch)
            {
                double loss = Step(state, batch, epoch);
                progress?.Report(new(state.Step, state.Steps, epoch, loss, state.Validation, state.Resumed));
            }
            // Peers stop after the same step: a process that stopped alone would leave the others waiting.
            if (Peers?.Any(cancellation.IsCancellationRequested) ?? false) throw new OperationCanceledException(cancellation);
            // A checkpoint between two epochs must hold the epoch's validation line, so that one is written after it.
            if (state.Step % options.CheckpointSteps == 0 && state.Step % state.PerEpoch != 0) Save(state);
        }
        EndEpoch(state, epoch);
    }

    private double Step(State state, PairBatch batch, int epoch)
    {
        using DisposeScope scope = NewDisposeScope();
        system.Module.BeginStep(seed, state.Step);
        system.Module.zero_grad();
        TrainingStep at = new(seed, state.Step, epoch, state.PerEpoch);
        LossResult result = system.Loss(batch, at);
        double loss = Sentinel.Checked(result.Value, batch, system, state.Step);
        state.Watch.Observe(result.Collapse, state.Step, batch);
        result.Value.backward();
        state.Gradients?.Finish();
        Sentinel.CheckGradients(batch, system.Module, state.Step);
        double rate = state.Schedule.Rate(state.Step);
        state.Optimizer.Step(rate);
        state.Average?.Update(state.Step);
        system.AfterStep(batch, at);
        state.Step++;
        JsonObject line = new() { ["step"] = state.Step, ["epoch"] = epoch, ["loss"] = loss, ["rate"] = rate };
        foreach ((string name, Tensor value) in result.Diagnostics) line[name] = value.ToDouble();
        state.Metrics?.Append(line);
        return loss;
    }

    private void EndEpoch(State state, int epoch)
    {
        if (!Writes) return;
        if (Validate is not null)
        {
            system.Module.eval();
            using IDisposable? averaged = state.Average?.Use();
            JsonObject validation = Validate(epoch);
            state.Validation = (double?)validation["rsum"];
            state.Metrics!.Append(new() { ["step"] = state.Step, ["epoch"] = epoch, ["validation"] = validation });
            bool better = state.Best.Add(state.Validation);
            // Without patience the last epoch's averages are the model, with it the best epoch's.
            if (options.KeepsBest && (better || options.Patience is null)) Checkpoint.Save(state.Folder.BestPath, system.Module, null, state.Step, Texts);
        }
        state.Folder.AppendTiming(new()
        {
            ["epoch"] = epoch, ["step"] = state.Step, ["resumed"] = state.Resumed, ["seconds"] = Math.Round(state.Clock.Elapsed.TotalSeconds, 3),
            ["cpuSeconds"] = Math.Round((Environment.CpuUsage.TotalTime - state.ProcessorTime).TotalSeconds, 3), ["residentBytes"] = Environment.WorkingSet,
        });
        if (state.Step / options.CheckpointSteps != (state.Step - state.PerEpoch) / options.CheckpointSteps) Save(state);
    }

    private void Save(State state)
    {
        if (!Writes) return;
        state.Metrics!.Flush();
        Checkpoint.Save(state.Folder.CheckpointPath, system.Module, state.Optimizer, state.Step, Texts, state.Average);
    }

    private sealed class State(DecoupledAdam optimizer, CosineSchedule schedule, RunLog? metrics, RunFolder folder, DistributedGradients? gradients)
    {
        public DecoupledAdam Optimizer { get; } = optimizer;
        public CosineSchedule Schedule { get; } = schedule;
        public RunLog? Metrics { get; } = metrics;
        public RunFolder Folder { get; } = folder;
        public DistributedGradients? Gradients { get; } = gradients;
        public Stopwatch Clock { get; } = Stopwatch.StartNew();
        public CollapseWatch Watch { get; } = new();
        public WeightAverage? Average { get; init; }
        public required BestEpoch Best { get; init; }
        public TimeSpan ProcessorTime { get; } = Environment.CpuUsage.TotalTime;
        public long Step { get; set; }
        public long Resumed { get; init; }
        public long Steps { get; init; }
        public int PerEpoch { get; init; }
        public double? Validation { get; set; }
    }
}
