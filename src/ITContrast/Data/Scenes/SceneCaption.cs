namespace ITContrast.Data.Scenes;

/// <summary>What a caption says about one object; null says nothing.</summary>
public readonly record struct SceneMention(SceneShape Shape, SceneColour Colour, SceneSize? Size)
{
    /// <summary>Whether the words fit the object.</summary>
    public bool Fits(SceneObject item) => Shape == item.Shape && Colour == item.Colour && (Size is null || Size == item.Size);
}

/// <summary>
/// A caption as text and as claims, so that "is this caption true of that scene?" has an exact answer: every mention fits an object of its own, and those
/// objects stand in the claimed relations.
/// </summary>
/// <param name="Text">The words.</param>
/// <param name="Mentions">Objects that must be there.</param>
/// <param name="Relations">"Mention First stands in Relation to mention Second".</param>
/// <param name="Count">The number of objects, where the caption gives it.</param>
/// <param name="Gray">The background, where the caption names it.</param>
public sealed record SceneCaption(
    string Text, IReadOnlyList<SceneMention> Mentions, IReadOnlyList<(int First, SceneRelation Relation, int Second)> Relations, int? Count = null,
    bool? Gray = null)
{
    /// <summary>Templates a scene is described with.</summary>
    public const int Templates = 5;

    /// <summary>Whether everything the caption says holds.</summary>
    public bool IsTrueOf(Scene scene)
    {
        if (Count is { } count && count != scene.Objects.Count || Gray is { } gray && gray != scene.Gray) return false;
        return Assign(scene, new int[Mentions.Count], 0);
    }

    /// <summary>Describes a scene; every template names colour and shape of the first two objects, so scenes that differ there share no caption.</summary>
    /// <param name="scene">Any scene.</param>
    /// <param name="template">0 relation · 1 the same seen from the other object · 2 a list · 3 a sentence with all relations · 4 count, background and all
    /// sizes.</param>
    public static SceneCaption Of(Scene scene, int template)
    {
        bool sized = template is 0 or 1 or 4;
        int told = template is 0 or 1 ? 2 : scene.Objects.Count;
        SceneMention[] mentions = [.. scene.Objects.Take(told).Select(item => new SceneMention(item.Shape, item.Colour, sized ? item.Size : null))];
        (int, SceneRelation, int)[] chain = [.. Enumerable.Range(0, told - 1).Select(i => (i, scene.Relation(i), i + 1))];
        switch (template)
        {
            case 0:
                return new($"{A(mentions[0])} {Words(scene.Relation(0))} {A(mentions[1])}", mentions, chain);
            case 1:
                SceneRelation inverse = Opposite(scene.Relation(0));
                return new($"{A(mentions[1])} {Words(inverse)} {A(mentions[0])}", mentions, [(1, inverse, 0)]);
            case 2:
                return new("there is " + string.Join(" and ", mentions.Select(A)), mentions, []);
            case 3:
                string tail = told > 2 ? $", which is {Words(scene.Relation(1))} the {Name(mentions[2])}" : "";
                return new($"the {Name(mentions[0])} is {Words(scene.Relation(0))} the {Name(mentions[1])}{tail}", mentions, chain);
            case 4:
                return new(
                    $"{(told == 2 ? "two" : "three")} shapes on a {(scene.Gray ? "gray" : "white")} background: {string.Join(", ", mentions.Select(Name))}",
                    mentions, [], told, scene.Gray);
            default:
                throw new ArgumentOutOfRangeException(nameof(template), template, $"Templates are 0 to {Templates - 1}.");
        }
    }

    /// <summary>The relation seen from the other object.</summary>
    public static SceneRelation Opposite(SceneRelation relation) => (SceneRelation)((int)relation ^ 1);

    private static string Words(SceneRelation relation) => relation switch
    {
        SceneRelation.LeftOf => "to the left of",
        SceneRelation.RightOf => "to the right of",
        SceneRelation.Above => "above",
        _ => "below",
    };

    private static string Name(SceneMention mention) =>
        $"{(mention.Size is { } size ? size.ToString().ToLowerInvariant() + " " : "")}{mention.Colour.ToString().ToLowerInvariant()} {mention.Shape.ToString().ToLowerInvariant()}";

    private static string A(SceneMention mention) => (mention.Size is null && mention.Colour == SceneColour.Orange ? "an " : "a ") + Name(mention);

    private bool Assign(Scene scene, int[] objects, int next)
    {
        if (next == Mentions.Count) return Relations.All(claim => scene.Objects[objects[claim.First]].Is(claim.Relation, scene.Objects[objects[claim.Second]]));
        for (int i = 0; i < scene.Objects.Count; i++)
        {
            if (!Mentions[next].Fits(scene.Objects[i]) || objects.AsSpan(0, next).Contains(i)) continue;
            objects[next] = i;
            if (Assign(scene, objects, next + 1)) return true;
        }
        return false;
    }
}
