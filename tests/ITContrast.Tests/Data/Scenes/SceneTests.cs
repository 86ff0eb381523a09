using ITContrast.Data;
using ITContrast.Data.Scenes;

namespace ITContrast.Tests.Data.Scenes;

[KeepsTensors, Collection(LiveTensors.Name)]
public sealed class SceneTests
{
    private static readonly SceneObject RedCircle = new(SceneShape.Circle, SceneColour.Red, SceneSize.Small, 3),
        BlueSquare = new(SceneShape.Square, SceneColour.Blue, SceneSize.Large, 5);
    private static readonly Scene Two = new([RedCircle, BlueSquare], Gray: false, Jitter: 1);

    [Fact]
    public void Templates_say_what_is_there()
    {
        string[] texts = [.. Enumerable.Range(0, SceneCaption.Templates).Select(template => SceneCaption.Of(Two, template).Text)];
        Assert.Equal([
            "a small red circle to the left of a large blue square",
            "a large blue square to the right of a small red circle",
            "there is a red circle and a blue square",
            "the red circle is to the left of the blue square",
            "two shapes on a white background: small red circle, large blue square",
        ], texts);
        SceneObject orange = new(SceneShape.Ring, SceneColour.Orange, SceneSize.Large, 8);
        Scene three = new([RedCircle, BlueSquare, orange], Gray: true, Jitter: 1);
        Assert.Equal("there is a red circle and a blue square and an orange ring", SceneCaption.Of(three, 2).Text);
        Assert.Equal("the red circle is to the left of the blue square, which is above the orange ring", SceneCaption.Of(three, 3).Text);
        Assert.Equal("three shapes on a gray background: small red circle, large blue square, large orange ring", SceneCaption.Of(three, 4).Text);
    }

    [Fact]
    public void Truth_is_decided_by_objects_and_places()
    {
        SceneCaption left = SceneCaption.Of(Two, 0), list = SceneCaption.Of(Two, 2);
        Scene swapped = Two with { Objects = [RedCircle with { Cell = 5 }, BlueSquare with { Cell = 3 }] },
            bigger = Two with { Objects = [RedCircle with { Size = SceneSize.Large }, BlueSquare] };
        Assert.True(left.IsTrueOf(Two) && list.IsTrueOf(Two));
        Assert.False(left.IsTrueOf(swapped));
        Assert.True(list.IsTrueOf(swapped));
        Assert.False(left.IsTrueOf(bigger));
        Assert.True(list.IsTrueOf(bigger));
        // In different rows and columns neither is left of the other.
        Assert.False(left.IsTrueOf(Two with { Objects = [RedCircle with { Cell = 0 }, BlueSquare] }));
    }

    [Fact]
    public void Scenes_are_a_function_of_seed_and_row_and_all_captions_are_true()
    {
        using PairDataset data = SyntheticScenes.Open(new() { Train = 300, Validation = 50, Test = 50 });
        using PairDataset again = SyntheticScenes.Open(
                new()
                {
                    Train = 300,
                    Validation = 50,
                    Test = 50,
                }),
            other = SyntheticScenes.Open(
                new()
                {
                    Train = 300,
                    Validation = 50,
                    Test = 50,
                    Seed = 2,
                });
        SyntheticScenes world = SyntheticScenes.Behind(data);
        for (int row = 0; row < data.CaptionCount; row++)
        {
            Assert.Equal(data.Caption(row), again.Caption(row));
            Assert.True(world.Claims(row).IsTrueOf(world.Scene(data.ImageOf(row))), data.Caption(row));
        }
        Assert.NotEqual(Enumerable.Range(0, 50).Select(other.Caption), Enumerable.Range(0, 50).Select(data.Caption));
        Assert.Equal(data.ContentHash, again.ContentHash);
        Assert.NotEqual(data.ContentHash, other.ContentHash);
    }

    // Known by construction, checked by the truth of the claims: the negative caption is false of the scene, the caption is false of the altered scene, and one
    // thing changed.
    [Fact]
    public void Negatives_are_false_both_ways_and_change_one_thing()
    {
        using PairDataset data = SyntheticScenes.Open(new() { Train = 400, Validation = 0, Test = 0 });
        SyntheticScenes world = SyntheticScenes.Behind(data);
        Dictionary<SceneChange, int> seen = [];
        for (int row = 0; row < data.CaptionCount; row++)
        {
            Scene scene = world.Scene(data.ImageOf(row));
            SceneCaption caption = world.Claims(row);
            IReadOnlyList<SceneNegative> negatives = world.Negatives(row);
            Assert.Equal(
                row % 5 is 2 or 4 ? [SceneChange.Attribute, SceneChange.Noun, SceneChange.AttributeAndNoun] : Enum.GetValues<SceneChange>(),
                negatives.Select(negative => negative.Change));
            foreach (SceneNegative negative in negatives)
            {
                Assert.False(negative.Caption.IsTrueOf(scene), $"{negative.Caption.Text} / {caption.Text}");
                Assert.False(caption.IsTrueOf(negative.Altered), $"{caption.Text} / {negative.Caption.Text}");
                Assert.True(negative.Caption.IsTrueOf(negative.Altered));
                int attributes = 0, nouns = 0, places = 0;
                for (int i = 0; i < scene.Objects.Count; i++)
                {
                    SceneObject a = scene.Objects[i], b = negative.Altered.Objects[i];
                    attributes += (a.Colour != b.Colour ? 1 : 0) + (a.Size != b.Size ? 1 : 0);
                    nouns += a.Shape != b.Shape ? 1 : 0;
                    places += a.Cell != b.Cell ? 1 : 0;
                }
                (int, int) expected = negative.Change switch
                {
                    SceneChange.Attribute => (1, 0),
                    SceneChange.Relation => (0, 0),
                    SceneChange.Noun => (0, 1),
                    _ => (1, 1),
                };
                Assert.Equal(expected, (attributes, nouns));
                Assert.Equal(negative.Change == SceneChange.Relation, places > 0);
                seen[negative.Change] = seen.GetValueOrDefault(negative.Change) + 1;
            }
        }
        Assert.Equal(4, seen.Count);
    }

    [Fact]
    public void Evaluation_splits_show_unseen_combinations()
    {
        using PairDataset data = SyntheticScenes.Open(new() { Train = 3000, Validation = 300, Test = 300, MaximumObjects = 2 });
        SyntheticScenes world = SyntheticScenes.Behind(data);
        HashSet<string>[] pairs =
        [
            .. data.SplitNames.Select(name => data.Split(name).ImageRows.Select(row => string.Join("+", world.Tags(row).Order())).ToHashSet()),
        ];
        Assert.Empty(pairs[0].Intersect(pairs[1]).Union(pairs[0].Intersect(pairs[2])).Union(pairs[1].Intersect(pairs[2])));
        HashSet<string> training = [.. data.Split("train").CaptionRows.Select(data.Caption)];
        Assert.DoesNotContain(data.Split("test").CaptionRows, row => training.Contains(data.Caption(row)));
        Assert.True(DatasetAudit.Run(data).IsSound);
    }

    [Fact]
    public void Pixels_show_the_object_where_its_box_is()
    {
        float[] planes = new float[3 * 64 * 64], box = new float[4];
        SceneRenderer.Render(Two, 64, planes);
        SceneRenderer.Box(Two, 1, box);
        int x = (int)((box[0] + box[2]) / 2 * 64), y = (int)((box[1] + box[3]) / 2 * 64);
        Assert.Equal([31, 89, 200], Enumerable.Range(0, 3).Select(c => (int)Math.Round(255 * planes[c * 4096 + y * 64 + x])));
        // A square of half side 0.85·r covers (1.7·r)² pixels, r = 9.
        double blue = Enumerable.Range(0, 4096).Where(i => i % 64 > 32).Sum(i => 1.0 - planes[i]) / (1 - 31 / 255.0);
        Assert.InRange(blue, Math.Pow(1.7 * 9, 2) * 0.97, Math.Pow(1.7 * 9, 2) * 1.03);
        Assert.Equal(1f, planes[0]);
    }

    [Fact]
    public void Regions_describe_each_object()
    {
        using PairDataset data = SyntheticScenes.Open(new() { Train = 20, Validation = 0, Test = 0, Kind = ImageKind.Regions, Noise = 0 });
        using ImageBatch batch = data.Images.Read([3, 7]);
        Assert.Equal([2, 3, 18], batch.Values.shape);
        foreach ((int row, int at) in new[] { (3, 0), (7, 1) })
        {
            Scene scene = SyntheticScenes.Behind(data).Scene(row);
            Assert.Equal(scene.Objects.Count, batch.CountSpan[at]);
            for (int i = 0; i < 3; i++)
            {
                float[] region = batch.ValueSpan.Slice((at * 3 + i) * 18, 18).ToArray();
                if (i >= scene.Objects.Count) Assert.All(region, value => Assert.Equal(0, value));
                else
                    Assert.Equal(
                        [(int)scene.Objects[i].Shape, 6 + (int)scene.Objects[i].Colour, 14 + (int)scene.Objects[i].Size],
                        Enumerable.Range(0, 16).Where(j => region[j] == 1f));
            }
        }
    }

    [Fact]
    public void Ten_million_pairs_open_without_being_computed()
    {
        long before = GC.GetTotalAllocatedBytes();
        using PairDataset data = SyntheticScenes.Open(new() { Train = 1_900_000, Validation = 50_000, Test = 50_000 });
        Assert.Equal(10_000_000, data.CaptionCount);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 120_000_000);
        Assert.NotEmpty(data.Caption(9_999_999));
        using ImageBatch batch = data.Images.Read([1_999_999]);
        Assert.Equal([1, 3, 64, 64], batch.Values.shape);
    }
}
