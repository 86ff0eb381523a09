using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Modules;

public sealed partial class InitTests
{
    [Fact]
    public void Start_values_have_the_spread_that_their_fans_ask_for() => Live.Balanced(() =>
    {
        manual_seed(1);
        var weight = empty(200, 300);
        // The largest of 60,000 uniform draws lies within 0.1 % of the bound.
        var bound = Math.Sqrt(6.0 / 500);
        Assert.InRange(nn.init.xavier_uniform_(weight).abs().max().item<float>(), bound * 0.999, bound);
        Assert.InRange(nn.init.kaiming_uniform_(weight, Math.Sqrt(5)).abs().max().item<float>(), 0.999 / Math.Sqrt(300), 1 / Math.Sqrt(300) + 1e-9);
        Assert.Equal(Math.Sqrt(2.0 / 300), nn.init.kaiming_normal_(weight, nonlinearity: nn.init.NonlinearityType.ReLU).std().item<float>(), 0.002);
    });

    [Theory, InlineData(3, 5), InlineData(5, 3)]
    public void Orthogonal_rows_or_columns_have_the_gain_as_their_length(int rows, int columns) => Live.Balanced(() =>
    {
        var weight = nn.init.orthogonal_(empty(rows, columns, dtype: ScalarType.Float64), 2);
        var product = rows < columns ? weight.matmul(weight.t()) : weight.t().matmul(weight);
        Live.Close(eye(3, dtype: ScalarType.Float64) * 4, product, TorchCapabilities.Current.Provider == "system" ? 1e-12 : 1e-6);
    });

    [Fact]
    public void A_dirac_kernel_hands_its_input_through_and_a_sparse_start_has_its_zeros() => Live.Balanced(() =>
    {
        using var layer = nn.Conv2d(3, 3, 3, padding: 1, bias: false);
        nn.init.dirac_(layer.weight);
        var image = randn(1, 3, 4, 5);
        Live.SameBits(image, layer.call(image));
        var sparse = nn.init.sparse_(empty(10, 4), 0.3);
        Assert.Equal([3L, 3, 3, 3], sparse.eq(0).sum(0, false).data<long>().ToArray());
    });

    [Fact]
    public void Streamed_start_values_depend_on_seed_and_path_alone() => Live.Balanced(() =>
    {
        manual_seed(1);
        using var one = nn.Sequential(nn.Linear(3, 4), nn.Embedding(5, 2, padding_idx: 0), Wrap(nn.GRU(2, 3))).Initialise(9);
        manual_seed(2);
        using var two = nn.Sequential(nn.Linear(3, 4), nn.Embedding(5, 2, padding_idx: 0), Wrap(nn.GRU(2, 3))).Initialise(9);
        using var other = nn.Sequential(nn.Linear(3, 4)).Initialise(10);
        foreach (var (a, b) in one.parameters().Zip(two.parameters())) Live.SameBits(a, b);
        Assert.False(one.parameters().First().eq(other.parameters().First()).any().item<bool>());
        Assert.Equal(0f, one.get_parameter("1.weight")![0].abs().sum().item<float>());
        Assert.True(one.get_parameter("1.weight")![1..].abs().min().item<float>() > 0);
    });

    private static Wrapper Wrap(TorchSharp.Modules.GRU gru) => new(gru);

    private sealed class Wrapper : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.GRU gru;

        public Wrapper(TorchSharp.Modules.GRU gru) : base("wrapper")
        {
            this.gru = gru;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => gru.call(input).Item1;
    }
}
