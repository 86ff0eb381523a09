using System.Globalization;
using ITContrast.Evaluation;
using ITContrast.Evaluation.Ranking;
using ITContrast.Tests.Evaluation.Ranking;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Tests.Evaluation;

/// <summary>Galleries that pass through memory: the ranks of those that stay, and next to nothing left behind.</summary>
public sealed unsafe class StreamedEvaluationTests : IDisposable
{
    // 24 MB, a dozen huge pages; some rows bit-equal, so that ties cross the tiles too.
    private const int Images = 49_152, Width = 128, Captions = 40;

    private readonly string folder = Directory.CreateTempSubdirectory("itc-streamed-").FullName;
    private readonly int[] imageOf = [.. Enumerable.Range(0, Captions).Select(caption => caption * 1201 % Images)];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string At(string name) => Path.Combine(folder, name);

    [Theory, InlineData(ScorePrecision.Single), InlineData(ScorePrecision.BFloat16), InlineData(ScorePrecision.Defined)]
    public void Ranks_are_those_of_a_gallery_in_memory_and_its_pages_are_given_back(ScorePrecision precision)
    {
        float[] images = Samples.Values(Images, Width, 1), captions = Samples.Values(Captions, Width, 2);
        for (int caption = 0; caption < Captions; caption += 4)
            images.AsSpan(imageOf[caption] * Width, Width).CopyTo(images.AsSpan((imageOf[caption] + Images / 2) % Images * Width));
        NpyFile.Write(At("images.npy"), images, Images, Width);
        NpyFile.Write(At("captions.npy"), captions, Captions, Width);
        using var scope = NewDisposeScope();
        RetrievalOptions options = new() { Distractors = true, Precision = precision, TileRows = 4096, Threads = 2 };
        RetrievalReport expected = Retrieval.Evaluate(tensor(images, [Images, Width]), tensor(captions, [Captions, Width]), imageOf, options);

        using EmbeddingFile gallery = EmbeddingFile.Open(At("images.npy")), queries = EmbeddingFile.Open(At("captions.npy"));
        Rows passing = gallery.Rows(resident: 0);
        RetrievalReport streamed = Retrieval.Rank(passing, queries.Rows(), imageOf, options);
        Assert.Equal(expected.CaptionQuery.Ranks, streamed.CaptionQuery.Ranks);
        Assert.Equal(expected.ImageQuery.Ranks, streamed.ImageQuery.Ranks);
        Assert.True(expected.CaptionQuery.Ranks.Max() > 0);
        if (File.Exists("/proc/self/smaps")) Assert.InRange(InMemory("images.npy"), 0, 4L << 20);
    }

    [Fact]
    public void A_gallery_that_stays_is_in_memory_afterwards()
    {
        if (!File.Exists("/proc/self/smaps")) Assert.Skip("/proc/self/smaps is Linux's");
        NpyFile.Write(At("stays.npy"), Samples.Values(Images, Width, 1), Images, Width);
        using EmbeddingFile gallery = EmbeddingFile.Open(At("stays.npy"));
        gallery.Rows();
        Assert.InRange(InMemory("stays.npy"), 20L << 20, 32L << 20);
    }

    // The kernel's own account of the file's mappings.
    private long InMemory(string name)
    {
        long bytes = 0;
        bool here = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.Contains('-') && !line.StartsWith("Vm", StringComparison.Ordinal)) here = line.EndsWith(At(name), StringComparison.Ordinal);
            else if (here && line.StartsWith("Rss:", StringComparison.Ordinal))
                bytes +=
                    1024
                    * long.Parse(
                        line[4..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                        CultureInfo.InvariantCulture);
        }
        return bytes;
    }
}
