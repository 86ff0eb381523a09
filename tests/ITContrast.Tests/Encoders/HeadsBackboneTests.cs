using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Tests.Encoders;

public class HeadsBackboneTests : TorchTest
{
    private static readonly HeadsOptions Small = new() { Dimension = 8, Hidden = 6, WordDimension = 6, StateDimension = 5 };

    private static HeadsBackbone Heads()
    {
        HeadsBackbone heads = new HeadsBackbone(20, 7, Small).Initialise(3);
        heads.eval();
        return heads;
    }

    private static ImageBatch Regions(Tensor values, params long[] counts) => ImageBatch.Own(ImageKind.Regions, values, tensor(counts));

    // With the second path silent, an embedding is its linear path: the regions' shares must add up to it.
    [Theory, InlineData(ImageFront.GridFeatures), InlineData(ImageFront.Convolutional)]
    public void Shares_of_the_regions_add_up_to_the_linear_path(ImageFront front)
    {
        using IDisposable guard = no_grad();
        using LightBackbone backbone = new LightBackbone(
            20,
            new()
            {
                Front = front,
                Regions = 4,
                RegionDimension = 6,
                Whitened = 8,
                Channels = 8,
                Dimension = 8,
                Hidden = 16,
                WordDimension = 6,
                StateDimension = 5,
            }).Initialise(3);
        if (front == ImageFront.Convolutional) Assert.Equal(4, ConvolutionalGridEncoder.Regions(32));
        backbone.Whitening?.Fit(randn(40, 4, 6), [2, 4]);
        backbone.eval();
        Dictionary<string, Parameter> parameters = backbone.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        parameters["pooling.output.weight"].zero_();
        parameters["pooling.output.bias"].zero_();
        ImageBatch batch =
            front == ImageFront.Convolutional ? ImageBatch.Own(ImageKind.Pixels, rand(5, 3, 32, 32)) : ImageBatch.Own(ImageKind.Regions, randn(5, 4, 6));

        Tensor shares = backbone.RegionShares(batch), whole = shares.sum(1) + parameters["pooling.direct.bias"];

        Assert.Equal([5L, 4L, 8L], shares.shape);
        Assert.True((whole / whole.norm(1, keepdim: true) - backbone.Images(batch)).abs().max().ToDouble() < 1e-5);
        Assert.True((shares.select(1, 0) - shares.select(1, 1)).abs().max().ToDouble() > 1e-3);
    }

    [Fact]
    public void Embeddings_are_unit_rows_of_the_valid_regions_alone()
    {
        using HeadsBackbone heads = Heads();
        using IDisposable guard = no_grad();
        Tensor values = randn(3, 4, 7);
        Tensor whole = heads.Images(Regions(values, 4, 4, 2)), cut = heads.Images(Regions(values.narrow(0, 2, 1).narrow(1, 0, 2), 2));
        Assert.Equal([3L, 8L], whole.shape);
        Assert.True((whole.norm(1) - 1).abs().max().ToDouble() < 1e-5);
        Assert.True((whole[2] - cut[0]).abs().max().ToDouble() < 1e-5);
        Assert.True((whole[2] - heads.Images(Regions(values, 4, 4, 4))[2]).abs().max().ToDouble() > 1e-3);
    }

    [Fact]
    public void Every_head_is_trained_and_words_are_not()
    {
        using HeadsBackbone heads = Heads();
        using CaptionBatch captions = CaptionBatch.From([[1, 5, 2], [1, 7, 8, 2]]);
        (heads.Images(Regions(randn(2, 4, 7), 4, 3)) * heads.Captions(captions)).sum().backward();
        foreach ((string name, Parameter parameter) in heads.named_parameters())
            Assert.Equal(name != "captions.words.weight", parameter.grad is { } gradient && gradient.abs().sum().ToDouble() > 0);
    }

    [Fact]
    public void Regions_of_another_width_are_refused()
    {
        using HeadsBackbone heads = Heads();
        Assert.Contains("B, R, 7", Assert.Throws<ShapeException>(() => heads.Images(Regions(zeros(1, 2, 6), 2))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HeadsBackbone(20, 7, Small with { Dropout = 1 }));
    }
}
