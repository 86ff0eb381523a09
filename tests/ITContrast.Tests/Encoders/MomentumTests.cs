using ITContrast.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Encoders;

public class MomentumTests : TorchTest
{
    private static nn.Module<Tensor, Tensor> Model() => nn.Sequential(("fc", nn.Linear(3, 4)), ("norm", nn.BatchNorm1d(4)));

    private static float[] Values(nn.Module m) => m.state_dict().Values.SelectMany(t => t.detach().to(ScalarType.Float32).data<float>().ToArray()).ToArray();

    [Fact]
    public void Momentum_zero_copies_everything_and_one_keeps_the_parameters()
    {
        using var query = Model();
        using var key = Model();
        query.call(randn(16, 3));
        Momentum.Update(query, key, 0);
        Assert.Equal(Values(query), Values(key));
        var before = key.parameters().Select(p => p.detach().clone()).ToList();
        foreach (var p in query.parameters()) using (no_grad()) p.add_(1);
        Momentum.Update(query, key, 1);
        Assert.All(key.parameters().Zip(before), p => Assert.True(p.First.eq(p.Second).all().item<bool>()));
    }

    [Fact]
    public void An_update_is_the_weighted_mean_and_buffers_follow_whole()
    {
        using var query = Model();
        using var key = Model();
        var (q, k) = (query.parameters().First().detach().clone(), key.parameters().First().detach().clone());
        query.call(randn(16, 3));
        Momentum.Update(query, key, 0.9);
        Assert.True((key.parameters().First() - (k * 0.9 + q * 0.1)).abs().max().item<float>() < 1e-6);
        var (queryMean, keyMean) = (
            query.named_buffers().First(b => b.name.EndsWith("running_mean")).buffer,
            key.named_buffers().First(b => b.name.EndsWith("running_mean")).buffer);
        Assert.True(queryMean.abs().sum().item<float>() > 0);
        Assert.Equal(queryMean.data<float>().ToArray(), keyMean.data<float>().ToArray());
    }

    [Fact]
    public void What_is_not_trained_is_copied_once_and_left_alone_then()
    {
        using var query = Model();
        using var key = Model();
        Momentum.Update(query, key, 0);
        var parameter = query.parameters().First();
        parameter.requires_grad_(false);
        var before = key.parameters().First().detach().clone();
        foreach (var p in query.parameters()) using (no_grad()) p.add_(1);
        Momentum.Update(query, key, 0.5);
        Assert.Equal(before.data<float>().ToArray(), key.parameters().First().data<float>().ToArray());
        Assert.True((key.parameters().Skip(1).First() - query.parameters().Skip(1).First() + 0.5).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Different_structures_are_refused()
    {
        using var query = Model();
        using var key = nn.Linear(3, 4);
        Assert.Throws<ArgumentException>(() => Momentum.Update(query, key, 0.5));
    }
}
