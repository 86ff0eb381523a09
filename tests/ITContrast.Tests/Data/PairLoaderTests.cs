using System.Runtime.InteropServices;
using ITContrast.Data;
using ITContrast.Text;

namespace ITContrast.Tests.Data;

[KeepsTensors, Collection(LiveTensors.Name)]
public sealed class PairLoaderTests
{
    private static PairLoader Loader(PairDataset data, int batch, CollateOptions? options = null, int readAhead = 2, CancellationToken? cancellation = null) =>
        new(
            new PairCollator(data, WordTokenizer.Build(data), options), new BatchPlan(data.Split("train"), batch, 1, 0), readAhead,
            cancellation: cancellation ?? TestContext.Current.CancellationToken);

    [Fact]
    public void Batches_hold_the_planned_pairs_in_order()
    {
        PairDataset data = Tiny.Dataset(12);
        BatchPlan plan = new(data.Split("train"), 4, 1, 0);
        WordTokenizer tokenizer = WordTokenizer.Build(data);
        int at = 0;
        foreach (PairBatch batch in Loader(data, 4))
            using (batch)
            {
                int[] rows = plan[at++];
                Assert.Equal(rows, batch.CaptionRows);
                Assert.Equal(rows.Select(row => 100L + row / 5), batch.ImageIds);
                Assert.Equal(rows.SelectMany(row => new float[] { row / 5, 10 * (row / 5) }), batch.Images.ValueSpan.ToArray());
                long[] tokens = MemoryMarshal.Cast<byte, long>(batch.Captions.Tokens.bytes).ToArray(),
                    lengths = MemoryMarshal.Cast<byte, long>(batch.Captions.Lengths.bytes).ToArray();
                int longest = (int)lengths.Max();
                for (int i = 0; i < rows.Length; i++)
                {
                    int[] expected = tokenizer.Encode(data.Caption(rows[i]));
                    Assert.Equal([.. expected.Select(id => (long)id), .. new long[longest - expected.Length]], tokens[(i * longest)..((i + 1) * longest)]);
                    Assert.Equal(expected.Length, lengths[i]);
                }
                byte[] groups = batch.SameGroup.bytes.ToArray(), images = batch.SameImage.bytes.ToArray();
                for (int i = 0; i < 4; i++)
                    for (int j = 0; j < 4; j++)
                    {
                        Assert.Equal(rows[i] / 5 == rows[j] / 5, images[4 * i + j] == 1);
                        Assert.Equal(rows[i] / 10 == rows[j] / 10, groups[4 * i + j] == 1);
                    }
            }
        Assert.Equal(3, at);
    }

    [Fact]
    public void An_error_of_the_reader_reaches_the_consumer_after_the_good_batches()
    {
        PairDataset data = Tiny.Dataset(12);
        int broken = data.ImageOf(new BatchPlan(data.Split("train"), 4, 1, 0)[1][2]);
        PairDataset failing = Tiny.Dataset(12, onRow: row => { if (row == broken) throw new DataException($"row {row} is damaged"); });
        int good = 0;
        DataException error = Assert.Throws<DataException>(() =>
        {
            foreach (PairBatch batch in Loader(failing, 4))
            {
                batch.Dispose();
                good++;
            }
        });
        Assert.Equal($"row {broken} is damaged", error.Message);
        Assert.Equal(1, good);
    }

    [Fact]
    public void Reading_ahead_is_bounded()
    {
        int read = 0;
        PairDataset data = Tiny.Dataset(40, onRow: _ => Interlocked.Increment(ref read));
        using IEnumerator<PairBatch> batches = Loader(data, 4, readAhead: 2).GetEnumerator();
        Assert.True(batches.MoveNext());
        batches.Current.Dispose();
        // One batch taken, two queued, one waiting to be queued: no more than 16 rows can have been read, however long this waits.
        SpinWait.SpinUntil(() => Volatile.Read(ref read) >= 16, TimeSpan.FromMinutes(5));
        Thread.Sleep(50);
        Assert.Equal(16, Volatile.Read(ref read));
    }

    [Fact]
    public void Cancellation_ends_the_enumeration()
    {
        using CancellationTokenSource source = new();
        int seen = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (PairBatch batch in Loader(Tiny.Dataset(40), 4, cancellation: source.Token))
            {
                batch.Dispose();
                if (++seen == 2) source.Cancel();
            }
        });
        Assert.Equal(2, seen);
    }

    [Fact]
    public void Word_dropout_is_a_function_of_the_step_and_spares_the_marks()
    {
        PairDataset data = Tiny.Dataset(200);
        WordTokenizer tokenizer = WordTokenizer.Build(data);
        PairCollator collator = new(data, tokenizer, new CollateOptions { WordDropout = 0.25, Seed = 4 });
        int[] rows = [.. Enumerable.Range(0, 1000)];
        long[] Tokens(long step, bool training = true)
        {
            using PairBatch batch = collator.Collate(rows, step, training);
            return MemoryMarshal.Cast<byte, long>(batch.Captions.Tokens.bytes).ToArray();
        }
        long[] plain = Tokens(0, training: false), dropped = Tokens(0);
        Assert.Equal(dropped, Tokens(0));
        Assert.NotEqual(dropped, Tokens(1));
        Assert.DoesNotContain(3, plain);
        int words = plain.Count(id => id > 3);
        Assert.InRange(dropped.Count(id => id == 3) / (double)words, 0.22, 0.28);
        Assert.Equal(plain.Count(id => id < 3), dropped.Count(id => id < 3));
    }
}
