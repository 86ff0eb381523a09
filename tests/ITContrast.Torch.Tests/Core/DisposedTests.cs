using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

/// <summary>Everything that owns native memory may be disposed twice and says so when it is used afterwards; a crash would end the process here.</summary>
public sealed partial class DisposedTests
{
    [Fact]
    public void A_second_dispose_does_nothing() => Live.Balanced(() =>
    {
        Tensor x = ones(3, requires_grad: true), view = x.view(3, 1), loss = (view * 2).sum();
        using DisposeScope scope = NewDisposeScope();
        Generator generator = new(1);
        nn.Module layer = nn.Linear(2, 2);
        optim.Optimizer optimizer = optim.AdamW([new TorchSharp.Modules.Parameter(ones(2))]);
        IDisposable mode = no_grad();
        Autocast autocast = new(DeviceType.CPU, enabled: TorchCapabilities.Current.Autocast);
        foreach (IDisposable owner in new IDisposable[] { autocast, mode, optimizer, layer, generator, x, view, scope })
        {
            owner.Dispose();
            owner.Dispose();
        }
        Assert.False(Autocast.IsOn());
        Assert.True(is_grad_enabled());
        // The graph holds what it needs, whatever became of the tensors that it was made from.
        loss.backward();
    });

    [Fact]
    public void A_scope_that_was_disposed_twice_leaves_the_outer_one_open() => Live.Balanced(() =>
    {
        using DisposeScope outer = NewDisposeScope();
        DisposeScope inner = NewDisposeScope();
        inner.Dispose();
        Tensor kept = zeros(2);
        inner.Dispose();
        Assert.Equal([2L], kept.shape);
        Assert.Equal(1, outer.DisposablesCount);
    });

    [Fact]
    public void A_disposed_layer_or_index_says_so() => Live.Balanced(() =>
    {
        TorchSharp.Modules.Linear layer = nn.Linear(2, 2);
        layer.Dispose();
        Assert.Throws<Disposed>(() => layer.call(zeros(1, 2)));
        Tensor x = zeros(3), index = tensor(new long[] { 0 });
        index.Dispose();
        Assert.Throws<Disposed>(() => x[index]);
        Assert.Throws<Disposed>(() => x.index_select(0, index));
        Assert.Throws<Disposed>(() => autograd.backward([index]));
        Assert.Throws<Disposed>(() => new TorchSharp.Modules.Parameter(index));
    });
}
