using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Encoders.Branches;
using ITContrast.Encoders.Oscar;
using ITContrast.Losses;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Encoders;

/// <summary>Gradients of passes that are computed twice equal those of the plain pass, with dropout on.</summary>
public class RecomputationTests : TorchTest
{
    private const int Width = 7;

    private static OscarModel Model(double dropout = 0.2) =>
        new OscarModel(OscarConfig.Tiny(40, Width) with { Hidden = 16, Intermediate = 24, Dropout = dropout, AttentionDropout = dropout }).Initialise(3);

    private static PairBatch Batch(int size)
    {
        long[] ids = [.. Enumerable.Range(0, size)];
        long[] counts = [.. ids.Select(i => 1 + i % 3)];
        var images = ImageBatch.Own(ImageKind.Regions, Plane.Random(3 * size, Width, 5).view(size, 3, Width).to(ScalarType.Float32), tensor(counts));
        var captions = CaptionBatch.From([
            .. Enumerable.Range(0, size).Select(i => Enumerable.Range(0, 3 + i % 4).Select(k => 2 + (7 * i + 3 * k) % 38).ToArray()),
        ]);
        return new(images, captions, [.. Enumerable.Range(0, size)], ids, ids, ids);
    }

    private static LossResult Loss(IPairEncoder encoder, PairBatch batch, Temperature temperature) =>
        new InfoNce(temperature).Compute(Scores.Of(encoder.Images(batch.Images), encoder.Captions(batch.Captions), batch.SameGroup));

    private static Dictionary<string, Tensor> GradientsOf(nn.Module module, Action backward, long call = 0)
    {
        module.train();
        module.zero_grad();
        module.BeginStep(11, 4, call);
        backward();
        return module.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => p.parameter.grad!.clone());
    }

    private static void Same(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> found, double tolerance)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.All(expected, g =>
        {
            double largest = g.Value.abs().max().item<float>(), error = (g.Value - found[g.Key]).abs().max().item<float>();
            Assert.True(error <= tolerance * Math.Max(1e-3, largest), $"{g.Key}: off by {error:E2} of {largest:E2}");
        });
    }

    [Fact]
    public void Recomputed_layers_give_the_plain_gradients_bit_for_bit()
    {
        using var model = Model();
        using var temperature = new Temperature(0.1);
        using var batch = Batch(6);
        OscarEncoder encoder = new(model, 2);
        var plain = GradientsOf(model, () => Loss(encoder, batch, temperature).Value.backward());
        model.RecomputeLayers = true;
        Same(plain, GradientsOf(model, () => Loss(encoder, batch, temperature).Value.backward()), 0);
        // The draws took part: another step has other gradients.
        model.BeginStep(11, 5);
        model.zero_grad();
        Loss(encoder, batch, temperature).Value.backward();
        Assert.Contains(plain, g => (g.Value - model.named_parameters().Single(p => p.name == g.Key).parameter.grad!).abs().max().item<float>() > 1e-4);
    }

    [Fact]
    public void A_recomputed_pass_leaves_every_stream_where_the_plain_pass_leaves_it()
    {
        using var model = Model();
        using var batch = Batch(4);
        OscarEncoder encoder = new(model, 2);
        LayerStreamPosition[] After(bool recompute)
        {
            model.RecomputeLayers = recompute;
            GradientsOf(model, () => encoder.Images(batch.Images).sum().backward());
            return [.. model.modules().OfType<IStreamedLayer>().Select(l => l.Stream.Position)];
        }
        Assert.Equal(After(false), After(true));
    }

    [Fact]
    public void Chunks_computed_twice_give_the_gradients_of_all_chunks_in_memory()
    {
        using var model = Model();
        using var temperature = new Temperature(0.1);
        using var batch = Batch(7);
        OscarEncoder encoder = new(model, 2);
        // The plain way: chunks of 3, 3 and 1, every graph kept until one backward pass.
        var plain = GradientsOf(model, () =>
        {
            Tensor Chunks(Func<int, int, Tensor> embed) => cat([embed(0, 3), embed(3, 3), embed(6, 1)], 0);
            var images = Chunks(
                (at, n) => encoder.Images(ImageBatch.Own(ImageKind.Regions, batch.Images.Values.narrow(0, at, n), batch.Images.Counts!.narrow(0, at, n))));
            var captions = Chunks((at, n) =>
            {
                var lengths = batch.Captions.Lengths.narrow(0, at, n);
                return encoder.Captions(CaptionBatch.Own(batch.Captions.Tokens.narrow(0, at, n).narrow(1, 0, lengths.max().item<long>()), lengths));
            });
            new InfoNce(temperature).Compute(Scores.Of(images, captions, batch.SameGroup)).Value.backward();
        });
        var scale = temperature.parameters().Single().grad!.item<float>();
        temperature.zero_grad();
        Same(plain, GradientsOf(model, () => Loss(new ChunkedEncoder(encoder, 3), batch, temperature).Value.backward()), 1e-5);
        Assert.Equal(scale, temperature.parameters().Single().grad!.item<float>(), 6);
    }

    [Theory, InlineData(1), InlineData(3), InlineData(7), InlineData(20)]
    public void Without_dropout_chunks_give_the_gradients_of_the_whole_batch(int chunk)
    {
        using var model = Model(0);
        using var temperature = new Temperature(0.1);
        using var batch = Batch(7);
        OscarEncoder encoder = new(model, 2);
        var whole = GradientsOf(model, () => Loss(encoder, batch, temperature).Value.backward());
        Same(whole, GradientsOf(model, () => Loss(new ChunkedEncoder(encoder, chunk), batch, temperature).Value.backward()), 2e-4);
    }

    [Fact]
    public void Size_augmentation_is_replayed_too()
    {
        using var pair = new PairEncoder(
            new RegionEncoder(
                new()
                {
                    RegionDimension = Width,
                    Dimension = 6,
                    Hidden = 0,
                    DropRegions = 0.4,
                }),
            new GruCaptionEncoder(40, 6, 5, dropout: 0.3)).Initialise(2);
        using var batch = Batch(6);
        var weight = Plane.Random(6, 6, 9).to(ScalarType.Float32);
        void Backward(IPairEncoder encoder) => ((encoder.Images(batch.Images) + encoder.Captions(batch.Captions)) * weight).sum().backward();
        var plain = GradientsOf(pair, () => Backward(pair));
        Same(plain, GradientsOf(pair, () => Backward(new ChunkedEncoder(pair, 6))), 1e-6);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Under_autocast_a_second_pass_is_as_narrow_as_the_first(bool chunked)
    {
        Assert.SkipUnless(TorchCapabilities.Current.Autocast, "This torch has no autocast.");
        using var model = Model();
        using var temperature = new Temperature(0.1);
        using var batch = Batch(6);
        OscarEncoder encoder = new(model, 2);
        IPairEncoder second = chunked ? new ChunkedEncoder(encoder, 6) : encoder;
        void Backward(IPairEncoder with)
        {
            Tensor value;
            using (new Autocast()) value = Loss(with, batch, temperature).Value;
            value.backward();
        }
        var plain = GradientsOf(model, () => Backward(encoder));
        model.RecomputeLayers = !chunked;
        // Cast copies of a weight add their gradients in another order, in eight bits of mantissa.
        Same(plain, GradientsOf(model, () => Backward(second)), 2e-2);
        var wide = GradientsOf(model, () => Loss(second, batch, temperature).Value.backward());
        Assert.Contains(plain, g => (g.Value - wide[g.Key]).abs().max().item<float>() > 0);
        Same(wide, plain, 0.2);
    }

    [Fact]
    public void A_backward_pass_inside_autocast_reaches_the_weights_too()
    {
        Assert.SkipUnless(TorchCapabilities.Current.Autocast, "This torch has no autocast.");
        using var model = Model();
        model.RecomputeLayers = true;
        using var batch = Batch(4);
        OscarEncoder encoder = new(model, 2);
        var inside = GradientsOf(model, () =>
        {
            using (new Autocast())
            {
                using (no_grad()) encoder.Captions(batch.Captions);
                model.BeginStep(11, 4);
                encoder.Captions(batch.Captions).sum().backward();
            }
        });
        Assert.Contains(inside, g => g.Key.Contains("layers.0", StringComparison.Ordinal) && g.Value.abs().max().item<float>() > 0);
    }

    [Fact]
    public void Attention_without_dropout_equals_its_written_out_form_in_training_too()
    {
        using var plain = Model(0).to(ScalarType.Float64);
        using var streamed = new OscarModel(plain.Config with { AttentionDropout = 1e-300 }).Initialise(3).to(ScalarType.Float64);
        using var batch = Batch(5);
        using var images = ImageBatch.Own(ImageKind.Regions, batch.Images.Values.to(ScalarType.Float64), batch.Images.Counts!.clone());
        plain.train();
        streamed.train();
        streamed.BeginStep(1, 1);
        // A rate that never drops takes the written-out path.
        Tensor fused = new OscarEncoder(plain, 2).Images(images), written = new OscarEncoder(streamed, 2).Images(images);
        Assert.True((fused - written).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void An_image_without_regions_is_refused_by_name()
    {
        using var model = Model();
        using var none = ImageBatch.Own(ImageKind.Regions, zeros(2, 3, Width), tensor(new long[] { 3, 0 }));
        Assert.Contains("Image 1 of the batch has no region", Assert.Throws<ArgumentException>(() => new OscarEncoder(model, 2).Images(none)).Message);
    }
}
