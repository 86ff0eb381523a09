namespace ITContrast.Data.Scenes;

/// <summary>
/// Scenes by number, a pure function of (seed, index): scene 1,999,999 costs no more than scene 0 and nothing is stored.
/// Which colours and shapes the first two objects have decides the split (8 : 1 : 1 by a hash of that pair), so val and test show combinations never seen in
/// training.
/// </summary>
/// <param name="seed">Another seed is another world of the same rules, with other held-out combinations.</param>
/// <param name="maximumObjects">2 or 3.</param>
public sealed class SceneGenerator(ulong seed, int maximumObjects = 3)
{
    private readonly int maximumObjects = maximumObjects is 2 or 3 ? maximumObjects
        : throw new ArgumentOutOfRangeException(nameof(maximumObjects), maximumObjects, "Scenes have up to 2 or up to 3 objects.");

    /// <summary>The scene of that number in a split.</summary>
    /// <param name="index">Any number from 0 on; a number gives different scenes in different splits.</param>
    /// <param name="split">"train", "val" or "test".</param>
    public Scene Scene(long index, string split)
    {
        RandomStream stream = new(seed, "scene-" + split, index);
        while (true)
        {
            Scene scene = Draw(stream);
            if (SplitOf(scene) == split) return scene;
        }
    }

    /// <summary>The split in which scenes with these first two colours and shapes may occur.</summary>
    public string SplitOf(Scene scene)
    {
        int first = (int)scene.Objects[0].Shape * 8 + (int)scene.Objects[0].Colour, second = (int)scene.Objects[1].Shape * 8 + (int)scene.Objects[1].Colour;
        // The pair without its order: a caption may name either object first.
        long pair = Math.Min(first, second) * 48 + Math.Max(first, second);
        return new RandomStream(seed, "scene-split", pair).NextInt(10) switch { 8 => "val", 9 => "test", _ => "train" };
    }

    private Scene Draw(RandomStream stream)
    {
        int count = 2 + stream.NextInt(maximumObjects - 1);
        List<SceneObject> objects = [];
        int cell = stream.NextInt(9);
        while (objects.Count < count)
        {
            SceneObject item = new((SceneShape)stream.NextInt(6), (SceneColour)stream.NextInt(8), (SceneSize)stream.NextInt(2), cell);
            if (objects.Exists(other => other.Shape == item.Shape && other.Colour == item.Colour)) continue;
            objects.Add(item);
            do cell = stream.NextInt(9);
            while (objects.Exists(other => other.Cell == cell) || cell / 3 != item.Row && cell % 3 != item.Column);
        }
        return new Scene(objects, stream.NextInt(4) == 0, stream.NextUInt64());
    }
}
