using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Encoders;

public class LightBackboneTests : TorchTest
{
    private static LightBackbone Grid() =>
        Ready(
            new(
                20,
                new()
                {
                    Regions = 4,
                    RegionDimension = 6,
                    Whitened = 8,
                    Dimension = 8,
                    Hidden = 16,
                    WordDimension = 6,
                    StateDimension = 5,
                }));

    private static LightBackbone Pixels() =>
        Ready(
            new(
                20,
                new()
                {
                    Front = ImageFront.Convolutional,
                    Channels = 8,
                    Dimension = 8,
                    Hidden = 16,
                    WordDimension = 6,
                    StateDimension = 5,
                }));

    private static LightBackbone Ready(LightBackbone backbone)
    {
        backbone.Initialise(3);
        backbone.Whitening?.Fit(randn(40, 4, 6), [2, 4]);
        backbone.eval();
        return backbone;
    }

    private static ImageBatch Images(ImageKind kind, Tensor values) => ImageBatch.Own(kind, values);

    [Fact]
    public void Embeddings_are_unit_rows_and_do_not_depend_on_the_rest_of_the_batch()
    {
        foreach (
            (LightBackbone backbone, ImageKind kind, Tensor values) in new[]
            {
                (Grid(), ImageKind.Regions, randn(5, 4, 6)),
                (Pixels(), ImageKind.Pixels, rand(5, 3, 64, 64)),
            })
        {
            using IDisposable guard = no_grad();
            Tensor all = backbone.Images(Images(kind, values)), one = backbone.Images(Images(kind, values.narrow(0, 3, 1)));
            Assert.Equal([5L, 8L], all.shape);
            Assert.True((all.norm(1) - 1).abs().max().ToDouble() < 1e-5);
            Assert.True((all.narrow(0, 3, 1) - one).abs().max().ToDouble() < 1e-5);
            Assert.True((all[0] - all[1]).abs().max().ToDouble() > 1e-3, "two images must not share an embedding");
            backbone.Dispose();
        }
    }

    [Fact]
    public void What_is_fixed_can_be_computed_apart_and_what_is_trained_cannot()
    {
        using LightBackbone fixedWords = Grid(), trainedWords = new(20, new() { Regions = 4, RegionDimension = 6, Whitened = 8, TrainWords = true });
        fixedWords.train();
        using PairBatch batch = new(
            Images(ImageKind.Regions, randn(3, 4, 6)),
            CaptionBatch.From([
                [1, 5, 2], [1, 7, 8, 9, 2], [1, 2],
            ]),
            [0, 1, 2],
            [0, 1, 2],
            [0, 1, 2],
            [0, 1, 2]);
        Tensor[] Embedded(Func<IFixedFront, Tensor[]> embed)
        {
            fixedWords.BeginStep(1, 4);
            return embed(fixedWords);
        }
        Tensor[] whole = Embedded(x => [x.Images(batch.Images), x.Captions(batch.Captions)]);
        Tensor[] parted = Embedded(x => x.Front(batch) is { } front ? [x.ImagesBehind(front), x.CaptionsBehind(front, batch.Captions)] : []);
        Assert.All(whole.Zip(parted), pair => Assert.Equal(pair.First.data<float>().ToArray(), pair.Second.data<float>().ToArray()));
        Assert.Equal(2, parted.Length);
        Assert.Null(((IFixedFront)trainedWords).Front(batch));
    }

    [Fact]
    public void Padding_never_reaches_a_caption()
    {
        using LightBackbone backbone = Grid();
        using IDisposable guard = no_grad();
        using CaptionBatch alone = CaptionBatch.From([[1, 5, 2]]), padded = CaptionBatch.From([[1, 5, 2], [1, 7, 8, 9, 10, 11, 2]]);
        Tensor one = backbone.Captions(alone), both = backbone.Captions(padded);
        Assert.True((one[0] - both[0]).abs().max().ToDouble() < 1e-5);
        Assert.True((both[0] - both[1]).abs().max().ToDouble() > 1e-3);
    }

    [Fact]
    public void Regions_of_the_convolutional_grid_lie_row_by_row()
    {
        using ConvolutionalGridEncoder encoder = new ConvolutionalGridEncoder(8).Initialise(1);
        Assert.Equal([1L, 16L, 32L], encoder.call(zeros(1, 3, 64, 64)).shape);
        // Region 3 of a 4 × 4 grid is the right end of the first row: what moves it lies there and not at the lower left.
        Tensor pixels = rand([1, 3, 64, 64], generator: new Generator(5)).requires_grad_();
        Tensor gradient = autograd.grad([encoder.call(pixels)[0, 3].square().sum()], [pixels])[0].abs().sum(1)[0], place = arange(64, dtype: float32);
        double across = ((gradient * place).sum() / gradient.sum()).ToDouble(), down = ((gradient * place.unsqueeze(1)).sum() / gradient.sum()).ToDouble();
        Assert.True(across - down > 16, $"across {across}, down {down}");
        Assert.Throws<ShapeException>(() => encoder.call(zeros(1, 1, 64, 64)));
    }

    [Fact]
    public void Images_of_the_wrong_kind_are_refused_with_what_to_do()
    {
        using LightBackbone backbone = Grid();
        Assert.Contains("takes Regions", Assert.Throws<ArgumentException>(() => backbone.Images(Images(ImageKind.Pixels, zeros(1, 3, 64, 64)))).Message);
    }

    [Fact]
    public void Whitening_decorrelates_what_it_was_fitted_on()
    {
        using IDisposable guard = no_grad();
        Tensor mixing = randn(6, 6), rows = randn(500, 4, 6).matmul(mixing) + 3;
        using Whitening whitening = new(24, 24);
        whitening.Fit(rows, [6], ridge: 0);
        Tensor z = whitening.call(rows), covariance = z.transpose(0, 1).matmul(z) / 500;
        Assert.True((covariance - eye(24)).abs().max().ToDouble() < 0.01, covariance.ToString());
        Assert.True(z.mean([0]).abs().max().ToDouble() < 1e-3);
    }

    [Fact]
    public void A_ridge_holds_directions_of_little_variance_down()
    {
        using IDisposable guard = no_grad();
        Tensor scales = tensor(new float[] { 1, 1, 1, 1, 1, 0.001f }), rows = randn(500, 1, 6) * scales;
        using Whitening whitening = new(6, 6);
        whitening.Fit(rows, [6], ridge: 1);
        double[] sizes = [.. Enumerable.Range(0, 6).Select(k => (double)whitening.call(rows).select(1, k).square().mean().sqrt().ToSingle())];
        Assert.True(sizes.Min() < 0.01 * sizes.Max(), string.Join(" ", sizes));
        Assert.Throws<ShapeException>(() => whitening.Fit(rows, [2, 3]));
    }
}
