using ITContrast.Data;

namespace ITContrast.Tests.Data;

public sealed class BatchPlanTests
{
    private static readonly PairDataset Data = Tiny.Dataset(23);
    private static readonly PairSplit Train = Data.Split("train");

    [Fact]
    public void The_plan_is_a_function_of_seed_and_epoch()
    {
        string Plan(ulong seed, int epoch) => string.Join("|", new BatchPlan(Train, 4, seed, epoch).Select(batch => string.Join(",", batch)));
        Assert.Equal(Plan(1, 0), Plan(1, 0));
        Assert.Equal(4, new[] { Plan(1, 0), Plan(1, 1), Plan(2, 0), Plan(2, 1) }.Distinct().Count());
    }

    [Fact]
    public void Five_epochs_show_every_caption_of_every_image_once()
    {
        BatchPlanOptions options = new() { DropLast = false };
        int[] seen = [.. Enumerable.Range(0, 5).SelectMany(epoch => new BatchPlan(Train, 4, 7, epoch, options).SelectMany(batch => batch))];
        Assert.Equal(Enumerable.Range(0, 115), seen.Order());
        int[] first = [.. new BatchPlan(Train, 4, 7, 0, options).SelectMany(batch => batch).Select(Data.ImageOf)];
        Assert.Equal(Enumerable.Range(0, 23), first.Order());
    }

    [Fact]
    public void Dropping_the_last_batch_leaves_only_full_ones()
    {
        Assert.All(new BatchPlan(Train, 4, 7, 0), batch => Assert.Equal(4, batch.Length));
        Assert.Equal(5, new BatchPlan(Train, 4, 7, 0).Count);
        Assert.Equal([4, 4, 4, 4, 4, 3], new BatchPlan(Train, 4, 7, 0, new() { DropLast = false }).Select(batch => batch.Length));
        Assert.Equal(28, new BatchPlan(Train, 4, 7, 0, new() { OneCaptionPerImage = false }).Count);
    }

    [Fact]
    public void Length_buckets_keep_the_pairs_and_cut_the_padding()
    {
        int[] lengths = [.. Enumerable.Range(0, Data.CaptionCount).Select(row => 2 * (row % 5 + 1))];
        int Padding(BatchPlan plan) => plan.Sum(batch => batch.Sum(row => batch.Max(other => lengths[other]) - lengths[row]));
        BatchPlanOptions all = new() { OneCaptionPerImage = false, DropLast = false };
        BatchPlan plain = new(Train, 5, 3, 0, all), bucketed = new(Train, 5, 3, 0, all with { CaptionLengths = lengths });
        Assert.Equal(plain.SelectMany(batch => batch).Order(), bucketed.SelectMany(batch => batch).Order());
        Assert.True(Padding(bucketed) * 4 < Padding(plain), $"{Padding(bucketed)} against {Padding(plain)}");
    }

    [Fact]
    public void A_split_smaller_than_a_batch_is_refused_with_both_numbers()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new BatchPlan(Train, 24, 0, 0));
        Assert.Contains("23 pairs", error.Message);
        Assert.Contains("batch of 24", error.Message);
    }
}
