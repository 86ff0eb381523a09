namespace ITContrast.Data.Scenes;

/// <summary>What was changed to make a negative, from the smallest change of meaning to the largest.</summary>
public enum SceneChange
{
    /// <summary>One object's colour or size.</summary>
    Attribute = 1,

    /// <summary>Two objects traded places; in some scenes of three, all were reflected.</summary>
    Relation = 2,

    /// <summary>One object's shape: the noun.</summary>
    Noun = 3,

    /// <summary>One object's colour and shape.</summary>
    AttributeAndNoun = 4,
}

/// <summary>
/// A negative that is known to be one. The pair works both ways: <see cref="Caption"/> is false of the original scene, and the original caption is false of
/// <see cref="Altered"/>.
/// </summary>
/// <param name="Change">What was changed; the number is the grade, 1 nearest to the original.</param>
/// <param name="Altered">The scene after the change, with the original's jitter: pixels differ only where meaning does.</param>
/// <param name="Caption">The altered scene in the original caption's template.</param>
public sealed record SceneNegative(SceneChange Change, Scene Altered, SceneCaption Caption);

/// <summary>Makes hard negatives of a scene and a caption by changing one fact and describing the result.</summary>
public static class SceneNegatives
{
    /// <summary>One negative of that change; null where the template does not speak of it (a list names no relation).</summary>
    /// <param name="scene">The scene that the caption describes.</param>
    /// <param name="template">The caption's template, as in <see cref="SceneCaption.Of"/>.</param>
    /// <param name="change">What to change.</param>
    /// <param name="stream">Chooses the object and its new value.</param>
    public static SceneNegative? Make(Scene scene, int template, SceneChange change, RandomStream stream)
    {
        SceneCaption original = SceneCaption.Of(scene, template);
        // Most draws serve. Some change a fact that the caption leaves out, or make two objects alike; those are drawn again.
        for (int attempt = 0; attempt < 64; attempt++)
        {
            SceneObject[] objects = change != SceneChange.Relation ? ChangeOne(scene.Objects, change, stream, original.Mentions[0].Size is not null)
                : attempt < 16 ? Swap(scene.Objects, stream) : Mirror(scene.Objects, stream);
            Scene altered = scene with { Objects = objects };
            if (altered.Objects.DistinctBy(item => (item.Shape, item.Colour)).Count() < altered.Objects.Count) continue;
            SceneCaption caption = SceneCaption.Of(altered, template);
            if (caption.IsTrueOf(altered) && !caption.IsTrueOf(scene) && !original.IsTrueOf(altered)) return new SceneNegative(change, altered, caption);
        }
        return null;
    }

    /// <summary>One negative of each change that the template speaks of, nearest first.</summary>
    public static IReadOnlyList<SceneNegative> All(Scene scene, int template, RandomStream stream) =>
        [.. Enum.GetValues<SceneChange>().Select(change => Make(scene, template, change, stream)).OfType<SceneNegative>()];

    private static SceneObject[] Swap(IReadOnlyList<SceneObject> objects, RandomStream stream)
    {
        SceneObject[] altered = [.. objects];
        int first = stream.NextInt(altered.Length - 1);
        (altered[first], altered[first + 1]) = (altered[first] with { Cell = altered[first + 1].Cell }, altered[first + 1] with { Cell = altered[first].Cell });
        return altered;
    }

    // Where a swap would take an object out of its neighbour's row and column, the whole scene is reflected: that turns every relation of one direction round.
    private static SceneObject[] Mirror(IReadOnlyList<SceneObject> objects, RandomStream stream)
    {
        bool columns = stream.NextInt(2) == 0;
        return [.. objects.Select(item => item with { Cell = columns ? 3 * item.Row + 2 - item.Column : 3 * (2 - item.Row) + item.Column })];
    }

    private static SceneObject[] ChangeOne(IReadOnlyList<SceneObject> objects, SceneChange change, RandomStream stream, bool sizes)
    {
        SceneObject[] altered = [.. objects];
        int target = stream.NextInt(altered.Length);
        SceneObject item = altered[target];
        if (change == SceneChange.Attribute && sizes && stream.NextInt(2) == 0) item = item with { Size = (SceneSize)(1 - (int)item.Size) };
        else if (change is SceneChange.Attribute or SceneChange.AttributeAndNoun)
            item = item with { Colour = (SceneColour)(((int)item.Colour + 1 + stream.NextInt(7)) % 8) };
        if (change is SceneChange.Noun or SceneChange.AttributeAndNoun)
            item = item with { Shape = (SceneShape)(((int)item.Shape + 1 + stream.NextInt(5)) % 6) };
        altered[target] = item;
        return altered;
    }
}
