namespace ITContrast.Training.Parallel;

/// <summary>One step of data-parallel training on n processors.</summary>
/// <param name="Ranks">n.</param>
/// <param name="BatchPerRank">B.</param>
/// <param name="Encoders">Seconds in the encoders, forward and backward.</param>
/// <param name="Loss">Seconds in the scores of the whole batch, which every rank computes.</param>
/// <param name="Gather">Seconds of gathering embeddings and their gradients.</param>
/// <param name="Gradients">Seconds of averaging gradients, were nothing else going on.</param>
/// <param name="Seconds">Of the step: gradients are sent while the backward pass goes on, and what does not fit under it is added.</param>
/// <param name="WireBytes">Bytes that one rank sends.</param>
/// <param name="MemoryBytes">Bytes that one rank holds.</param>
public sealed record ScalingStep(
    int Ranks, int BatchPerRank, double Encoders, double Loss, double Gather, double Gradients, double Seconds, double WireBytes, double MemoryBytes)
{
    /// <summary>N = n·B, pairs a step.</summary>
    public double Batch => (double)Ranks * BatchPerRank;

    /// <summary>Encoder time over step time, 0..1: what of the machines the encoders get.</summary>
    public double Efficiency => Encoders / Seconds;
}

/// <summary>
/// Bytes, memory and time of a step of this library's data-parallel training, in closed form.
/// <code>
///   encoders   F·B/R                                     loss       6·N²·D/R       (S, and its two gradients)
///   gather     2·2·(n−1)·B·D·4 bytes, ring               gradients  2·(n−1)/n·P·4 bytes, ring
///   memory     16·P + A·B + 6·4·N² + 2·4·N·D             step       encoders + loss + gather + max(0, gradients − ⅔·encoders)
/// </code>
/// Rings send 2(n−1) messages an all-reduce and n−1 an all-gather; a message costs its latency. Adam holds weights, gradients and two moments; six N×N float32
/// matrices live at once (scores, mask and exponentials of two directions, gradients).
/// </summary>
/// <param name="model">The encoders.</param>
/// <param name="machine">The processors.</param>
public sealed class ScalingLaw(ScalingModel model, ScalingMachine machine)
{
    private const int Word = 4, Matrices = 6;
    private const double Backward = 2.0 / 3;

    /// <summary>A step on n processors with B pairs each.</summary>
    public ScalingStep Step(int ranks, int batchPerRank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchPerRank, 1);
        double batch = (double)ranks * batchPerRank, link = machine.Link(ranks);
        var encoders = model.FlopsPerPair * batchPerRank / machine.Flops;
        var loss = 6 * batch * batch * model.Dimension / machine.Flops;
        // Images and captions, forward; their gradients, backward.
        double gathered = 4.0 * (ranks - 1) * batchPerRank * model.Dimension * Word, averaged = 2.0 * (ranks - 1) / ranks * model.Parameters * Word;
        double gather = gathered / link + 4 * (ranks - 1) * machine.Latency, gradients = averaged / link + 2 * (ranks - 1) * machine.Latency;
        var memory =
            4 * Word * model.Parameters + model.ActivationBytesPerPair * batchPerRank + Matrices * Word * batch * batch + 2 * Word * batch * model.Dimension;
        return new(
            ranks, batchPerRank, encoders, loss, gather, gradients, encoders + loss + gather + Math.Max(0, gradients - Backward * encoders),
            gathered + averaged, memory);
    }

    /// <summary>Seconds of one pass over so many pairs.</summary>
    public double Epoch(double pairs, int ranks, int batchPerRank)
    {
        var step = Step(ranks, batchPerRank);
        return Math.Ceiling(pairs / step.Batch) * step.Seconds;
    }

    /// <summary>
    /// The smallest batch a rank under whose backward pass averaging gradients hides; below it, more processors send longer than they compute.
    /// </summary>
    public int SmallestHidingBatch(int ranks) => (int)Math.Ceiling(Step(ranks, 1).Gradients * machine.Flops / (Backward * model.FlopsPerPair));

    /// <summary>The largest whole batch at which computing all scores on every rank costs at most a share of the encoders' time.</summary>
    public double LargestFullScoreBatch(int ranks, double share) => share * model.FlopsPerPair / (6 * model.Dimension) / ranks;

    /// <summary>The largest batch a rank that fits in memory; 0 where none does.</summary>
    public int LargestBatch(int ranks)
    {
        if (Step(ranks, 1).MemoryBytes > machine.MemoryBytes) return 0;
        int fits = 1, not = 1 << 22;
        while (not - fits > 1)
        {
            var middle = fits + (not - fits) / 2;
            if (Step(ranks, middle).MemoryBytes <= machine.MemoryBytes) fits = middle;
            else not = middle;
        }
        return fits;
    }

    /// <summary>The whole batch at which gathering embeddings sends more than averaging gradients does.</summary>
    public double GatherOutweighsGradients => model.Parameters / (2.0 * model.Dimension);

    /// <summary>The number of pairs at which exact ranks of all against all, both directions from one product, cost as much as an epoch of training.</summary>
    public double EvaluationEqualsEpoch => model.FlopsPerPair / (2.0 * model.Dimension);
}
