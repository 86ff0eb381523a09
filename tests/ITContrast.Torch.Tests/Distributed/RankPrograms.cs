using System.Net;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Distributed;

/// <summary>What one rank does and asserts; started by <see cref="Ranks"/>, never by a run of the whole suite.</summary>
public sealed class RankPrograms
{
    private static readonly DistributedEnvironment? Place = DistributedEnvironment.Read();

    /// <summary>The variable that names the folder where ranks tell each other how far they are.</summary>
    public const string Folder = "ITC_TEST_FOLDER";

    private static ProcessGroup Join(double seconds = 300) => ProcessGroup.Join(Place!, TimeSpan.FromSeconds(seconds), joinTimeout: TimeSpan.FromMinutes(5));

    private static void Tell(string what) => File.WriteAllText(Path.Combine(Environment.GetEnvironmentVariable(Folder)!, $"{what}-{Place!.Rank}"), "");

    // Until so many ranks have told; the test that started them ends those that wait for ever.
    private static void Await(string what, int ranks)
    {
        while (Directory.GetFiles(Environment.GetEnvironmentVariable(Folder)!, $"{what}-*").Length < ranks) Thread.Sleep(10);
    }

    private static float[] Values(Tensor tensor) => tensor.data<float>().ToArray();

    [Fact(Explicit = true)]
    public void Collectives()
    {
        long live = Tensor.TotalCount;
        using (ProcessGroup group = Join())
        {
            using DisposeScope scope = NewDisposeScope();
            int rank = group.Rank;
            Assert.Equal(Enumerable.Repeat(Dns.GetHostName(), 3), group.Hosts);
            foreach ((ReduceOperation operation, float expected) in new[]
                {
                    (ReduceOperation.Sum, 6f),
                    (ReduceOperation.Mean, 2f),
                    (ReduceOperation.Product, 6f),
                    (ReduceOperation.Minimum, 1f),
                    (ReduceOperation.Maximum, 3f),
                })
            {
                Tensor reduced = torch.full(2, 2, rank + 1f);
                group.AllReduce(reduced, operation);
                Assert.All(Values(reduced), value => Assert.Equal(expected, value));
            }
            Tensor gathered = group.AllGather(tensor(new[] { rank, rank + 0.5f }, [1, 2]));
            Assert.Equal([3, 2], gathered.shape);
            Assert.Equal([0, 0.5f, 1, 1.5f, 2, 2.5f], Values(gathered));
            Tensor given = tensor(new long[] { rank, -rank });
            group.Broadcast(given, root: 2);
            Assert.Equal([2, -2], given.data<long>().ToArray());
            Tensor halves = tensor(new[] { rank + 0.5f, -1f }).to(ScalarType.BFloat16);
            group.Broadcast(halves, root: 2);
            Assert.Equal([2.5f, -1], Values(halves.to(ScalarType.Float32)));
            group.Barrier();
            Assert.Contains("contiguous", Assert.Throws<DistributedException>(() => group.AllReduce(torch.zeros(2, 3).t())).Message);
            Assert.Throws<ArgumentOutOfRangeException>(() => group.Broadcast(given, root: 3));
            Assert.Throws<ArgumentException>(() => group.AllGather(tensor(1f)));
        }
        Assert.Equal(live, Tensor.TotalCount);
    }

    // L = Σ_i c_i y_i² over the gathered rows, alike on all n ranks: dL/dx_r = n · 2 c_r x_r.
    [Fact(Explicit = true)]
    public void Gathered_rows_carry_gradients()
    {
        using ProcessGroup group = Join();
        using DisposeScope scope = NewDisposeScope();
        int rank = group.Rank;
        Tensor own = tensor(new[] { rank + 1f, rank - 2f }, [2, 1]).requires_grad_(true);
        Tensor all = group.AllGatherWithGradient(own);
        Tensor weights = arange(1, 7, dtype: ScalarType.Float32).reshape(6, 1);
        (weights * all * all).sum().backward();
        float[] expected = [3 * 2 * (2 * rank + 1) * (rank + 1f), 3 * 2 * (2 * rank + 2) * (rank - 2f)];
        Assert.Equal(expected, Values(own.grad!));
    }

    // A regression with gathered rows: rank r has rows r of the whole batch. Every rank also computes the whole batch alone, which is the oracle.
    [Fact(Explicit = true)]
    public void Averaged_gradients_are_those_of_one_process()
    {
        using ProcessGroup group = Join();
        using DisposeScope scope = NewDisposeScope();
        int rank = group.Rank, world = group.WorldSize, rows = 4;
        Tensor Grid(long n, long m, double phase) => (arange(n * m, dtype: ScalarType.Float64).reshape(n, m) * 0.37 + phase).sin();
        Tensor whole = Grid(world * rows, 5, 0.1);
        // Each rank begins with other values; rank 0's must win.
        Tensor first = (Grid(5, 6, 0.2) + rank).requires_grad_(true), second = (Grid(6, 3, 0.3) + rank).requires_grad_(true);
        Tensor onlyFirstRank = (torch.ones(3, dtype: ScalarType.Float64) + rank).requires_grad_(true),
            unused = torch.ones(2, dtype: ScalarType.Float64).requires_grad_(true);
        Tensor[] parameters = [first, second, onlyFirstRank, unused];
        // 100 bytes force several buckets.
        using var gradients = new DistributedGradients(group, parameters, bucketBytes: 100);
        Assert.True(gradients.Buckets >= 3, $"{gradients.Buckets} buckets");

        Tensor Encode(Tensor x, Tensor a, Tensor b) => x.matmul(a).tanh().matmul(b);
        Tensor Loss(Tensor y) => (y.matmul(y.t()).exp().sum(1) + 1).log().sum();
        Tensor own = whole.narrow(0, rank * rows, rows);
        for (int step = 0; step < 2; step++)
        {
            foreach (Tensor parameter in parameters) parameter.grad = null;
            Tensor loss = Loss(group.AllGatherWithGradient(Encode(own, first, second)));
            if (rank == 0) loss = loss + (onlyFirstRank * onlyFirstRank).sum();
            loss.backward();
            gradients.Finish();

            Tensor a = first.detach().clone().requires_grad_(true), b = second.detach().clone().requires_grad_(true);
            Loss(Encode(whole, a, b)).backward();
            Close(a.grad!, first.grad!);
            Close(b.grad!, second.grad!);
            // 2 · 1 on rank 0 and nothing on rank 1.
            Close(torch.ones(3, dtype: ScalarType.Float64), onlyFirstRank.grad!);
            Assert.Null(unused.grad);
        }

        // Two passes, the first kept apart: their gradients are summed before they are averaged.
        foreach (Tensor parameter in parameters) parameter.grad = null;
        using (gradients.Pause()) (first * (rank + 1)).sum().backward();
        (first * 10).sum().backward();
        gradients.Finish();
        Close(torch.full(5, 6, 11.5, dtype: ScalarType.Float64), first.grad!);

        // Every gradient comes from the backward pass itself, so every bucket is on its way when that ends.
        foreach (Tensor parameter in parameters) parameter.grad = null;
        (first.sum() + second.sum() + onlyFirstRank.sum() + unused.sum()).backward();
        gradients.Finish();
        Assert.Equal(gradients.Buckets, gradients.Overlapped);

        (first * 2).sum().backward();
        Assert.Contains("second time", Assert.ThrowsAny<Exception>(() => (first * 2).sum().backward()).Message);

        static void Close(Tensor expected, Tensor found)
        {
            double[] a = expected.data<double>().ToArray(), b = found.data<double>().ToArray();
            Assert.Equal(a.Length, b.Length);
            for (int i = 0; i < a.Length; i++) Assert.Equal(a[i], b[i], 1e-12);
        }
    }

    [Fact(Explicit = true)]
    public void Another_model_on_a_rank_is_refused()
    {
        using ProcessGroup group = Join();
        using DisposeScope scope = NewDisposeScope();
        Tensor parameter = torch.ones(3 + group.Rank).requires_grad_(true);
        var error = Assert.Throws<ArgumentException>(() => new DistributedGradients(group, [parameter]));
        Assert.Contains("Rank 1", error.Message);
    }

    [Fact(Explicit = true)]
    public void Different_operations_are_told_apart()
    {
        using ProcessGroup group = Join();
        using DisposeScope scope = NewDisposeScope();
        int rank = group.Rank;
        Tensor value = torch.ones(4);
        var error = Assert.Throws<DistributedException>(() =>
        {
            if (rank == 0) group.AllReduce(value);
            else group.Broadcast(value, root: 1);
        });
        Assert.Empty(error.MissingRanks);
        Assert.Contains("all_reduce #1 of Float [4]; rank 1", error.Message);
        Assert.Contains("broadcast #1 of Float [4] from rank 1", error.Message);
        error = Assert.Throws<DistributedException>(() => group.AllReduce(torch.ones(4 + 100 * rank)));
        Assert.Contains("Float [104]", error.Message);
        error = Assert.Throws<DistributedException>(() => group.AllGather(torch.ones(2, dtype: rank == 0 ? ScalarType.Float32 : ScalarType.Float64)));
        Assert.Contains("Double [2]", error.Message);
        // Nothing was sent, so the group is whole.
        group.AllReduce(value);
        Assert.All(Values(value), sum => Assert.Equal(2, sum));
    }

    [Fact(Explicit = true)]
    public void A_hanging_rank_is_named()
    {
        using ProcessGroup group = Join(10);
        using Tensor value = torch.ones(4);
        group.AllReduce(value);
        if (group.Rank == 2)
        {
            Await("named", ranks: 2);
            return;
        }
        var error = Assert.Throws<DistributedException>(() => group.AllReduce(value));
        Assert.Equal([2], error.MissingRanks);
        Assert.Contains($"rank 2 on host {Dns.GetHostName()} did not take part", error.Message);
        Assert.Throws<DistributedException>(group.Barrier);
        Tell("named");
    }

    [Fact(Explicit = true)]
    public void A_dying_rank_is_named()
    {
        ProcessGroup group = Join();
        using Tensor value = torch.ones(4);
        group.AllReduce(value);
        if (group.Rank == 1) Environment.Exit(9);
        var error = Assert.Throws<DistributedException>(() => group.AllReduce(value));
        Assert.Equal([1], error.MissingRanks);
        Assert.Contains($"rank 1 on host {Dns.GetHostName()}", error.Message);
        group.Dispose();
    }

    [Fact(Explicit = true)]
    public void Joining_without_rank_2()
    {
        // What they wait for is rank 2 alone, not each other's beginnings.
        Tell("here");
        Await("here", ranks: 2);
        var error = Assert.Throws<DistributedException>(() => ProcessGroup.Join(Place!, TimeSpan.FromSeconds(10)));
        Assert.Equal([2], error.MissingRanks);
        Assert.Contains("rank 2 of 3 did not join", error.Message);
    }

    // Two hosts; the one that started this cuts the link between them once both have written that they are at work.
    [Fact(Explicit = true)]
    public void A_cut_link_is_named()
    {
        ProcessGroup group = Join(10);
        using Tensor value = torch.ones(1000);
        Assert.Equal(["host-0", "host-1"], group.Hosts);
        group.AllReduce(value, ReduceOperation.Mean);
        Tell("at work");
        var error = Assert.Throws<DistributedException>(() =>
        {
            for (int step = 0; step < int.MaxValue; step++) group.AllReduce(value, ReduceOperation.Mean);
        });
        int other = 1 - group.Rank;
        Assert.Equal([other], error.MissingRanks);
        Assert.Contains($"rank {other} on host host-{other}", error.Message);
    }
}
