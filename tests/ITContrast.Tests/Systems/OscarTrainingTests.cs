using ITContrast.Data;
using ITContrast.Encoders.Oscar;
using ITContrast.Encoders.Pooling;
using ITContrast.Losses;
using ITContrast.Systems.Oscar;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

/// <summary>What OSCAR's training draws and minimises: masking, pollution, negatives, and losses against loops over the model's own outputs.</summary>
public class OscarTrainingTests : TorchTest
{
    private const int Width = 9;
    private static readonly OscarMarks Marks = new(1, 2, 30, 31);

    private static bool IsMark(int id) => id < 4;

    private static OscarEncoder Encoder()
    {
        OscarModel model = new(
            OscarConfig.Tiny(Marks.Vocabulary, Width) with
            {
                Hidden = 16,
                Intermediate = 24,
                Heads = 2,
                Layers = 1,
                Dropout = 0,
                AttentionDropout = 0,
            });
        BertInitialisation.Fill(model, 16, 3);
        return new(model, Marks.Start);
    }

    private static PairBatch Batch(int size, Func<int, long> group)
    {
        long[] ids = [.. Enumerable.Range(0, size)], counts = [.. ids.Select(i => 1 + i % 3)];
        var images = ImageBatch.Own(ImageKind.Regions, Plane.Random(3 * size, Width, 5).view(size, 3, Width).to(ScalarType.Float32), tensor(counts));
        var captions = CaptionBatch.From([.. Enumerable.Range(0, size).Select(i => new[] { 1, 4 + i % 20, 5 + i % 7, 2 })]);
        return new(images, captions, [.. Enumerable.Range(0, size)], ids, [.. ids.Select(i => group((int)i))], ids);
    }

    [Fact]
    public void Tokens_are_masked_at_the_published_rates_and_marks_never()
    {
        TokenMasking masking = new(Marks, IsMark);
        RandomStream random = new(1, "test");
        OscarText text = OscarText.Join([1, .. Enumerable.Repeat(5, 40), 2], [6, 7, 8], 2, 64);
        Assert.Equal([.. new int[42], 1, 1, 1, 1], text.Segments);
        int chosen = 0, masked = 0, kept = 0, all = 0;
        for (var k = 0; k < 2000; k++)
        {
            var (changed, labels) = masking.Apply(text, random);
            for (var i = 0; i < labels.Length; i++)
            {
                if (!IsMark(text.Ids[i])) all++;
                if (labels[i] == TokenMasking.Ignored)
                {
                    Assert.Equal(text.Ids[i], changed.Ids[i]);
                    continue;
                }
                Assert.False(IsMark(text.Ids[i]));
                Assert.Equal(text.Ids[i], labels[i]);
                Assert.False(IsMark(changed.Ids[i]));
                (chosen, masked, kept) = (chosen + 1, masked + (changed.Ids[i] == Marks.Mask ? 1 : 0), kept + (changed.Ids[i] == text.Ids[i] ? 1 : 0));
            }
        }
        Assert.Equal(0.15, (double)chosen / all, 0.005);
        Assert.Equal(0.8, (double)masked / chosen, 0.02);
        // A tenth stays, and of the tenth that any word replaces one in 26 is the same word.
        Assert.Equal(0.1 + 0.1 / 26, (double)kept / chosen, 0.02);
        OscarText word = new([1, 9, 2], [0, 0, 0]);
        for (var k = 0; k < 50; k++) Assert.Equal([TokenMasking.Ignored, 9, TokenMasking.Ignored], masking.Apply(word, random).Labels);
    }

    [Fact]
    public void Tags_are_cut_to_the_room_left_and_too_long_captions_refused()
    {
        Assert.Equal([1, 5, 2, 6, 7, 2], OscarText.Join([1, 5, 2], [6, 7, 8, 9], 2, 6).Ids);
        Assert.Equal([1, 5, 2], OscarText.Join([1, 5, 2], [6], 2, 4).Ids);
        Assert.Contains("5 tokens", Assert.Throws<ShapeException>(() => OscarText.Join([1, 5, 6, 7, 2], [], 2, 4)).Message);
    }

    [Fact]
    public void Half_of_the_tags_are_another_images_and_are_not_predicted()
    {
        using var batch = Batch(40, i => i);
        TokenMasking masking = new(Marks, IsMark, 0.5);
        int[] TagsOf(int row) => [10 + row % 10, 20];
        var polluted = 0;
        for (var step = 0; step < 20; step++)
        {
            var texts = PretrainingTexts.Draw(batch, TagsOf, masking, Marks, 64, new RandomStream(1, "draw", step));
            for (var i = 0; i < 40; i++)
            {
                int[] shown = [.. Enumerable.Range(4, 2).Select(j => texts.Labels[i][j] != TokenMasking.Ignored ? texts.Labels[i][j] : texts.Texts[i].Ids[j])];
                Assert.Equal(!texts.Polluted[i], shown.SequenceEqual(TagsOf(i)));
                if (!texts.Polluted[i]) continue;
                polluted++;
                Assert.All(texts.Labels[i][4..], label => Assert.Equal(TokenMasking.Ignored, label));
            }
        }
        Assert.Equal(0.5, polluted / 800.0, 0.06);
        using var same = Batch(3, i => i);
        Assert.All(PretrainingTexts.Draw(same, _ => [7, 8], masking, Marks, 64, new RandomStream(1, "draw")).Polluted, Assert.False);
    }

    [Fact]
    public void The_pretraining_loss_is_the_mean_surprise_at_masked_tokens_plus_that_at_the_tags_origin()
    {
        using OscarPretraining system = new(Encoder(), Marks, IsMark, row => [10 + row]);
        BertInitialisation.Fill(system.Module, 16, 4);
        using var batch = Batch(6, i => i);
        system.Module.eval();
        var texts = PretrainingTexts.Draw(batch, row => [10 + row], new(Marks, IsMark), Marks, 64, new RandomStream(9, "oscar-pretraining", 3));
        var loss = system.Loss(batch, new(9, 3, 0, 10));
        var model = ((OscarEncoder)system.Encoder).Model;
        var heads = system.Module.named_children().ToDictionary(c => c.name, c => c.module);
        double masked = 0, tags = 0;
        var count = 0;
        for (var i = 0; i < 6; i++)
        {
            // One pair at a time, so that padding has no part in it.
            var length = texts.Texts[i].Ids.Length;
            long regions = batch.Images.Counts![i].item<long>();
            Tensor Row(int[] values) => tensor(Array.ConvertAll(values, v => (long)v)).unsqueeze(0);
            var sequence = model.Sequence(
                Row(texts.Texts[i].Ids), Row(texts.Texts[i].Segments), batch.Images.Values[i].narrow(0, 0, regions).unsqueeze(0), ones(1, length + regions));
            foreach (var j in Enumerable.Range(0, length).Where(j => texts.Labels[i][j] != TokenMasking.Ignored))
            {
                masked -= ((MaskedTokenHead)heads["words"])
                    .Logits(sequence[0, j].unsqueeze(0), model.WordEmbeddings)
                    .log_softmax(1)[0, texts.Labels[i][j]]
                    .item<float>();
                count++;
            }
            tags -= ((TorchSharp.Modules.Linear)heads["pollution"]).call(model.Pool(sequence)).log_softmax(1)[0, texts.Polluted[i] ? 0 : 1].item<float>();
        }
        Assert.Equal(masked / count + tags / 6, loss.Value.item<float>(), 4);
        Assert.Equal(masked / count, loss.Diagnostics["masked_loss"].item<float>(), 4);
    }

    [Fact]
    public void Negatives_replace_caption_or_image_by_a_strangers()
    {
        using var batch = Batch(30, i => i / 3);
        int captions = 0;
        for (var step = 0; step < 20; step++)
        {
            var (images, texts, labels) = OscarMatching.Pairs(batch, new RandomStream(2, "pairs", step));
            Assert.Equal(60, labels.Length);
            Assert.All(Enumerable.Range(0, 30), k => Assert.True(images[k] == k && texts[k] == k && labels[k] == 1));
            foreach (var k in Enumerable.Range(30, 30))
            {
                Assert.Equal(0, labels[k]);
                Assert.NotEqual(images[k] / 3, texts[k] / 3);
                Assert.True(images[k] == k - 30 || texts[k] == k - 30);
                if (images[k] == k - 30) captions++;
            }
        }
        Assert.Equal(0.5, captions / 600.0, 0.06);
        using var alike = Batch(4, _ => 0);
        Assert.Equal(4, OscarMatching.Pairs(alike, new RandomStream(2, "pairs")).Labels.Length);
    }

    [Fact]
    public void A_matchers_score_is_the_published_probability_before_its_sigmoid()
    {
        var encoder = Encoder();
        using OscarPairMatcher matcher = new(new OscarMatching(encoder));
        using var batch = Batch(5, i => i);
        var scores = matcher.Score(batch.Images, batch.Captions);
        using var guard = no_grad();
        var (text, regions) = (Members.Of(4, batch.Captions.Lengths), Members.Of(3, batch.Images.Counts!));
        var published = new OscarMatcher(encoder.Model).Score(
            batch.Captions.Tokens, zeros_like(batch.Captions.Tokens), batch.Images.Values, cat([text, regions], 1));
        Assert.True((scores.sigmoid() - published).abs().max().item<float>() < 1e-6);
        Assert.True((published[0] - published[1]).abs().item<float>() > 0);
    }

    [Fact]
    public void Boxes_follow_features_and_padding_stays_zero()
    {
        using BoxedRegions boxed = new(new TwoBoxes());
        using var batch = boxed.Read([0]);
        Assert.Equal([1L, 2, 8], batch.Values.shape);
        Assert.Equal([7f, 8, 0.25f, 0.5f, 0.75f, 1, 0.5f, 0.5f], batch.ValueSpan[..8].ToArray());
        Assert.All(batch.ValueSpan[8..].ToArray(), v => Assert.Equal(0, v));
    }

    private sealed class TwoBoxes : IImageSource
    {
        public ImageKind Kind => ImageKind.Regions;
        public int Count => 1;
        public IReadOnlyList<long> RowShape => [2, 2];

        public ImageBatch Read(ReadOnlySpan<int> rows)
        {
            var batch = ImageBatch.Allocate(Kind, [rows.Length, 2, 2], boxes: true);
            new[] { 7f, 8, 0, 0 }.CopyTo(batch.ValueSpan);
            new[] { 0.25f, 0.5f, 0.75f, 1, 0, 0, 0, 0 }.CopyTo(batch.BoxSpan);
            batch.CountSpan[0] = 1;
            return batch;
        }

        public void Dispose() { }
    }
}
