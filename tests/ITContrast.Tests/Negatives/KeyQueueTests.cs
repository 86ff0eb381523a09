using ITContrast.Losses;
using ITContrast.Negatives;
using ITContrast.Negatives.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Negatives;

public class KeyQueueTests : TorchTest
{
    private static KeyQueue Queue(int capacity, ScalarType? type = null) => new(capacity, 3, new Generator(1, CPU), type);

    private static Tensor Ids(params long[] ids) => tensor(ids);

    private static long[] IdsOf(KeyQueue queue) => queue.ImageIds.data<long>().ToArray();

    [Fact]
    public void Keys_enter_in_order_and_the_oldest_leave_first()
    {
        using var queue = Queue(5);
        queue.Enqueue(Plane.Random(2, 3, 1), Ids(10, 11));
        queue.Enqueue(Plane.Random(2, 3, 2), Ids(12, 13));
        Assert.Equal([10, 11, 12, 13, -1], IdsOf(queue));
        queue.Enqueue(Plane.Random(3, 3, 3), Ids(14, 15, 16));
        Assert.Equal([15, 16, 12, 13, 14], IdsOf(queue));
    }

    [Fact]
    public void Of_a_batch_larger_than_the_queue_the_last_keys_stay()
    {
        using var queue = Queue(3);
        queue.Enqueue(Plane.Random(1, 3, 1), Ids(9));
        queue.Enqueue(Plane.Random(5, 3, 2), Ids(0, 1, 2, 3, 4));
        Assert.Equal([2, 3, 4], IdsOf(queue).Order());
        queue.Enqueue(Plane.Random(1, 3, 3), Ids(5));
        Assert.Equal([3, 4, 5], IdsOf(queue).Order());
    }

    [Fact]
    public void Unfilled_slots_and_keys_of_the_same_image_are_no_negatives()
    {
        using var queue = Queue(4);
        var keys = Plane.Random(3, 3, 1).to(ScalarType.Float32);
        queue.Enqueue(keys, Ids(7, 8, 7));
        var anchors = Plane.Random(2, 3, 2).to(ScalarType.Float32);
        var positives = Plane.Random(2, 3, 3).to(ScalarType.Float32);
        var scores = queue.Score(anchors, positives, Ids(7, 1));
        Assert.Equal([false, true, false, false], scores.Negatives[0].isfinite().data<bool>().ToArray());
        Assert.Equal([true, true, true, false], scores.Negatives[1].isfinite().data<bool>().ToArray());
        Assert.Equal(anchors[1].dot(keys[2]).item<float>(), scores.Negatives[1, 2].item<float>(), 6);
        Assert.Equal(anchors[0].dot(positives[0]).item<float>(), scores.Positives[0].item<float>(), 6);
    }

    [Fact]
    public void Starting_keys_are_unit_vectors_in_no_common_cone()
    {
        using var queue = new KeyQueue(4000, 8, new Generator(1, CPU));
        Assert.True((queue.Keys.norm(1) - 1).abs().max().item<float>() < 1e-5);
        Assert.True(queue.Keys.mean(new long[] { 0 }).norm().item<float>() < 0.1);
    }

    [Fact]
    public void Keys_in_bfloat16_meet_anchors_rounded_like_them_and_leave_their_gradient_whole()
    {
        using var queue = Queue(4, ScalarType.BFloat16);
        var keys = Plane.Random(3, 3, 1).to(ScalarType.Float32);
        queue.Enqueue(keys, Ids(7, 8, 9));
        Assert.Equal(ScalarType.BFloat16, queue.Keys.dtype);
        Tensor anchors = Plane.Random(2, 3, 2).to(ScalarType.Float32).requires_grad_(), held = keys.to(ScalarType.BFloat16).to(ScalarType.Float32);
        var scores = queue.Score(anchors, anchors, Ids(1, 2)).Negatives.narrow(1, 0, 3);
        scores.sum().backward();
        var expected = anchors.detach().to(ScalarType.BFloat16).to(ScalarType.Float32).matmul(held.T);
        Assert.True((scores - expected).abs().max().item<float>() < 1e-7);
        Assert.Equal(held.sum([0]).data<float>().ToArray(), anchors.grad![1].data<float>().ToArray());
        Assert.True((scores - anchors.matmul(keys.T)).abs().max().item<float>() > 1e-5, "nothing was rounded");
    }

    [Fact]
    public void Wrong_shapes_are_refused_with_the_wanted_one()
    {
        using var queue = Queue(4);
        Assert.Contains("[B, 3]", Assert.Throws<ShapeException>(() => queue.Enqueue(Plane.Random(2, 5, 1), Ids(1, 2))).Message);
    }

    [Theory, InlineData(2, ScalarType.Float32), InlineData(7, ScalarType.Float32), InlineData(7, ScalarType.BFloat16)]
    public void The_queue_term_of_a_loss_is_that_of_its_scores(int filled, ScalarType type)
    {
        using var queue = Queue(6, type);
        queue.Enqueue(Plane.Random(filled, 3, 1).to(ScalarType.Float32), Ids([.. Enumerable.Range(0, filled).Select(i => (long)i)]));
        var loss = new WeightedPairLoss(new LogSumExpWeighting(9, 0.1));
        var positives = Plane.Random(4, 3, 3).to(ScalarType.Float32);
        var (anchors, plain) = (Plane.Random(4, 3, 2).to(ScalarType.Float32).requires_grad_(), Plane.Random(4, 3, 2).to(ScalarType.Float32).requires_grad_());
        var ids = Ids(1, 5, 9, 1);

        var value = queue.Loss(loss, anchors, positives, ids);
        value.backward();
        var scores = queue.Score(plain, positives, ids);
        var expected = loss.Side(scores.Negatives, scores.Positives);
        expected.backward();
        // A value is of the anchors themselves, which rounding moves by 2⁻⁸.
        Assert.Equal(expected.item<float>(), value.item<float>(), type == ScalarType.Float32 ? 5e-6 : 1 / 256.0);
        Assert.True((plain.grad! - anchors.grad!).abs().max().item<float>() < 1e-6);
    }

    // Keys all round, of which three anchors have near ones, the third its own image's alone; and all in one narrow cone, where nothing can be left out.
    [Theory, InlineData(0.0, ScalarType.Float32), InlineData(2.0, ScalarType.Float32), InlineData(0.0, ScalarType.BFloat16), InlineData(2.0, ScalarType.BFloat16)]
    public void The_queue_term_of_a_wide_space_and_of_a_crowded_one_is_that_of_its_scores(double cone, ScalarType type)
    {
        using var queue = new KeyQueue(600, 256, new Generator(4, CPU), type);
        var common = Plane.Random(1, 256, 8).to(ScalarType.Float32) * cone;
        var anchors = nn.functional.normalize(Plane.Random(70, 256, 5).to(ScalarType.Float32) + common);
        var keys = Plane.Random(500, 256, 6).to(ScalarType.Float32) + common;
        keys.narrow(0, 0, 30).mul_(0.8).add_(anchors.narrow(0, 0, 3).repeat(10, 1));
        queue.Enqueue(nn.functional.normalize(keys), Ids([.. Enumerable.Range(0, 500).Select(i => i % 3 == 2 ? 2L : i + 1000)]));
        var ids = Ids([0, 1, 2, .. Enumerable.Range(0, 67).Select(i => 2000L + i)]);
        var loss = new WeightedPairLoss(new LogSumExpWeighting());
        var positives = nn.functional.normalize(Plane.Random(70, 256, 7).to(ScalarType.Float32));
        var (found, plain) = (anchors.clone().requires_grad_(), anchors.clone().requires_grad_());

        queue.Loss(loss, found, positives, ids).backward();
        var scores = queue.Score(plain, positives, ids);
        loss.Side(scores.Negatives, scores.Positives).backward();
        // Weights rounded to bfloat16 are off by 2⁻⁸ of themselves, and add up to less than one for each of the 70 anchors.
        Assert.True((plain.grad! - found.grad!).abs().max().item<float>() < (type == ScalarType.Float32 ? 2e-7 : 1 / 256.0 / 70), "gradients");
        // The near ones' pull is no small part of the gradient: leaving them out would show.
        if (cone == 0) Assert.True((scores.Negatives.detach().narrow(0, 0, 2) > 0.5).sum().item<long>() > 10);
    }

    [Fact]
    public void Weights_of_many_keys_are_those_of_each_anchor_by_itself()
    {
        var weighting = new LogSumExpWeighting();
        var scores = Plane.Random(70, 4001, 1).to(ScalarType.Float32);
        scores[3, 5] = tensor(float.NegativeInfinity);
        var positives = Plane.Random(70, 1, 2).to(ScalarType.Float32).squeeze(1);
        var found = weighting.Weigh(scores, positives);
        for (var i = 0; i < 70; i++)
        {
            var alone = weighting.Weigh(scores.narrow(0, i, 1), positives.narrow(0, i, 1));
            Assert.Equal(alone.Negatives.flatten().data<float>().ToArray(), found.Negatives[i].data<float>().ToArray());
            Assert.Equal(alone.Positives[0].item<float>(), found.Positives[i].item<float>());
        }
        Assert.Equal(0, found.Negatives[3, 5].item<float>());
    }
}
