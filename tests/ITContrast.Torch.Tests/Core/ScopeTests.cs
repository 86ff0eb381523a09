using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

public sealed partial class ScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it_and_keeps_what_was_moved_out() => Live.Balanced(() =>
    {
        Tensor kept, lost;
        using (DisposeScope scope = NewDisposeScope())
        {
            lost = zeros(3);
            kept = ones(3).MoveToOuterDisposeScope();
            Assert.Equal(1, scope.DisposablesCount);
        }
        Assert.True(lost.IsInvalid);
        Assert.Equal(3, kept.sum().ToSingle());
    });

    [Fact]
    public void A_detached_tensor_outlives_every_scope_and_is_its_users_to_dispose()
    {
        long before = Live.Count();
        Tensor kept;
        using (NewDisposeScope())
        using (NewDisposeScope()) kept = ones(2).DetachFromDisposeScope();
        Assert.Equal(before + 1, Tensor.TotalCount);
        Assert.False(kept.IsInvalid);
        kept.Dispose();
        kept.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Removing_from_the_middle_leaves_the_others_in_place() => Live.Balanced(() =>
    {
        using DisposeScope outer = NewDisposeScope();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] all = [.. Enumerable.Range(0, 40).Select(i => full(1, (float)i))];
        for (int i = 0; i < 40; i += 3) all[i].Dispose();
        for (int i = 1; i < 40; i += 3) scope.MoveToOuter(all[i]);
        Assert.Equal(13, scope.DisposablesCount);
        Assert.Equal(13, outer.DisposablesCount);
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(i % 3 == 0, all[i].IsInvalid);
            Assert.Equal(i % 3 == 1, outer.Contains(all[i]));
            Assert.Equal(i % 3 == 2, scope.Contains(all[i]));
        }
        scope.DisposeEverythingBut(all[2]);
        Assert.Equal(1, scope.DisposablesCount);
        Assert.Equal(2f, all[2].item<float>());
    });

    [Fact]
    public void Statistics_count_what_this_thread_made() => Live.Balanced(() =>
    {
        ThreadDisposeScopeStatistics counts = DisposeScopeManager.Statistics;
        counts.Reset();
        Tensor outside;
        using (NewDisposeScope())
        {
            ones(1);
            outside = ones(1).DetachFromDisposeScope();
        }
        Assert.Equal((2, 1, 1, 1), (counts.CreatedInScopeCount, counts.DisposedInScopeCount, counts.DetachedFromScopeCount, counts.ThreadTotalLiveCount));
        outside.Dispose();
        Assert.Equal((1, 0), (counts.DisposedOutsideScopeCount, counts.ThreadTotalLiveCount));
    });

    [Fact]
    public void Each_thread_has_its_own_scopes() => Live.Balanced(() =>
    {
        using DisposeScope here = NewDisposeScope();
        int there = -1;
        Thread thread = new(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            ones(1);
            there = scope.DisposablesCount;
        });
        thread.Start();
        thread.Join();
        Assert.Equal(1, there);
        Assert.Equal(0, here.DisposablesCount);
    });
}
