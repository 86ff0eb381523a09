using ITContrast.Evaluation;

namespace ITContrast.Tests.Evaluation;

public sealed class JudgementsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("itc-judgements-").FullName;

    private string File(string text)
    {
        string path = Path.Combine(folder, "judged");
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Eccv_reads_as_rows_and_ids_that_are_not_there_drop_out()
    {
        Judgements judged = Judgements.ReadEccv(File("""{"391895": [770337, 5, 771687], "60623": [9]}"""));
        Assert.Equal([[2, 0], [], []], judged.ToRows([391895, 60623, 7], [771687, 1, 770337]));
    }

    [Fact]
    public void Cxc_reads_both_directions_and_keeps_pairs_above_a_score()
    {
        string path = File("""
            caption,image,agg_score,sampling_method
            COCO_val2014:sentid:732091,COCO_val2014_000000365325.jpg,2.2,c2i_intrasim
            COCO_val2014:sentid:732091,COCO_val2014_000000000001.jpg,4.5,c2i_original
            COCO_val2014:sentid:8,COCO_val2014_000000365325.jpg,4,c2i_original
            """);
        var (images, captions) = Judgements.ReadCxc(path);
        Assert.Equal([732091, 8], images.Positives[365325]);
        Assert.Equal([365325, 1], captions.Positives[732091]);
        Assert.Equal([1], Judgements.ReadCxc(path, minimumScore: 3).CaptionQuery.Positives[732091]);
    }

    [Fact]
    public void Concepts_make_every_member_a_positive() =>
        Assert.Equal([[0, 2], [1], []], Judgements.ByGroup([7, 8, 9], [7, 8, 7]));

    [Theory]
    [InlineData("[1]", "an object of query ids")]
    [InlineData("{\"a\": [1]}", "entry \"a\"")]
    [InlineData("{\"1\": 2}", "an array of gallery ids")]
    [InlineData("{\"1\": [2, \"x\"]}", "entry \"1\", place 1")]
    [InlineData("{\"1\": [2.5]}", "an integer gallery id")]
    [InlineData("{\"1\": [2", "not JSON")]
    public void Damaged_eccv_is_named(string text, string says) =>
        Assert.Contains(says, Assert.Throws<DataException>(() => Judgements.ReadEccv(File(text))).Message);

    [Theory]
    [InlineData("caption,picture,agg_score\n", "line 1")]
    [InlineData("caption,image,agg_score\na:1,2.jpg\n", "line 2: expected 3 cells, found 2")]
    [InlineData("caption,image,agg_score\na:1,2.jpg,5\na:1,2.jpg,high\n", "line 3: expected a number as agg_score")]
    [InlineData("caption,image,agg_score\na:x,2.jpg,5\n", "an id that ends in digits")]
    public void Damaged_cxc_is_named(string text, string says) =>
        Assert.Contains(says, Assert.Throws<DataException>(() => Judgements.ReadCxc(File(text))).Message);

    [Fact]
    public void A_missing_file_and_repeated_ids_are_named()
    {
        Assert.Contains("absent", Assert.Throws<DataException>(() => Judgements.ReadEccv(Path.Combine(folder, "absent"))).Message);
        Assert.Contains(
            "row 2 repeats id 4 of row 0",
            Assert.Throws<ShapeException>(() => new Judgements(new Dictionary<long, long[]>()).ToRows([1], [4, 5, 4])).Message);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
