using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Runtime;

public sealed class SideTaskTests
{
    [Fact]
    public void Work_runs_on_another_thread_without_a_graph_and_its_tensors_become_the_callers() => Live.Balanced(() =>
    {
        Tensor weight = ones(3, requires_grad: true);
        using ManualResetEventSlim begun = new();
        using SideTask<Made> task = new(() =>
        {
            begun.Set();
            return new((weight * 2).DetachFromDisposeScope(), Environment.CurrentManagedThreadId);
        });
        // Asked for its result before any thread was free for it, it would run on the caller's.
        begun.Wait();
        var own = weight * 3;
        Assert.True(own.requires_grad, "the caller's own mode is left alone");
        using Made made = task.Result;
        Assert.NotEqual(Environment.CurrentManagedThreadId, made.Thread);
        Assert.False(made.Value.requires_grad);
        Assert.Equal(6, made.Value.sum().item<float>());
    });

    [Fact]
    public void Work_that_must_keep_its_place_is_done_before_the_caller_goes_on() => Live.Balanced(() =>
    {
        Tensor weight = ones(3, requires_grad: true);
        int thread = 0;
        using SideTask<Made> task = new(() => new((weight * 2).DetachFromDisposeScope(), thread = Environment.CurrentManagedThreadId), beside: false);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        Assert.True((weight * 3).requires_grad, "the caller's own mode is restored");
        using Made made = task.Result;
        Assert.False(made.Value.requires_grad);
    });

    [Theory, InlineData(true), InlineData(false)]
    public void What_the_work_threw_comes_out_of_its_result(bool beside) => Live.Balanced(() =>
    {
        using SideTask<Made> task = new(() =>
        {
            _ = ones(5);
            throw new InvalidDataException("no keys");
        }, beside);
        Assert.Equal("no keys", Assert.Throws<InvalidDataException>(() => task.Result).Message);
    });

    // The caller fails meanwhile: what the work reads is freed only after it, and nothing of what it makes is left behind.
    [Theory, InlineData(false), InlineData(true)]
    public void Leaving_without_the_result_waits_and_frees_it(bool fails) => Live.Balanced(() =>
    {
        using ManualResetEventSlim read = new(), over = new();
        Tensor batch = ones(4);
        Thread caller = new(() =>
        {
            using (new SideTask<Made>(Work)) read.Wait();
            over.Set();
        });
        caller.Start();
        read.Wait();
        Assert.False(over.IsSet, "it did not wait for the work");
        Assert.False(batch.IsInvalid);
        go.Set();
        caller.Join();
        Assert.True(over.IsSet);

        Made Work()
        {
            read.Set();
            go.Wait();
            Made made = new((batch + 1).DetachFromDisposeScope(), 0);
            if (!fails) return made;
            made.Dispose();
            throw new InvalidDataException();
        }
    });

    private readonly ManualResetEventSlim go = new();

    private sealed record Made(Tensor Value, int Thread) : IDisposable
    {
        public void Dispose() => Value.Dispose();
    }
}
