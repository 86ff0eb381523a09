namespace ITContrast.Data.Scenes;

/// <summary>What an object is: the noun of its description.</summary>
public enum SceneShape
{
    /// <summary>Filled disc.</summary>
    Circle,

    /// <summary>Axis-parallel square.</summary>
    Square,

    /// <summary>Triangle standing on its side.</summary>
    Triangle,

    /// <summary>Square standing on its corner.</summary>
    Diamond,

    /// <summary>Upright cross of two bars.</summary>
    Cross,

    /// <summary>Circle with a hole.</summary>
    Ring,
}

/// <summary>An object's colour.</summary>
public enum SceneColour
{
    /// <summary>(214, 39, 40).</summary>
    Red,

    /// <summary>(44, 160, 44).</summary>
    Green,

    /// <summary>(31, 89, 200).</summary>
    Blue,

    /// <summary>(240, 200, 20).</summary>
    Yellow,

    /// <summary>(128, 50, 160).</summary>
    Purple,

    /// <summary>(245, 130, 20).</summary>
    Orange,

    /// <summary>(240, 130, 190).</summary>
    Pink,

    /// <summary>(25, 25, 25).</summary>
    Black,
}

/// <summary>An object's size: a radius of 1/16 or 9/64 of the picture's side.</summary>
public enum SceneSize
{
    /// <summary>Radius 1/16 of the side.</summary>
    Small,

    /// <summary>Radius 9/64 of the side.</summary>
    Large,
}

/// <summary>Where one object is, seen from another in the same row or column of the 3×3 grid.</summary>
public enum SceneRelation
{
    /// <summary>Same row, smaller column.</summary>
    LeftOf,

    /// <summary>Same row, larger column.</summary>
    RightOf,

    /// <summary>Same column, smaller row.</summary>
    Above,

    /// <summary>Same column, larger row.</summary>
    Below,
}

/// <summary>One object: what it is and which cell of the 3×3 grid (row-major, 0..8) it is in.</summary>
public readonly record struct SceneObject(SceneShape Shape, SceneColour Colour, SceneSize Size, int Cell)
{
    /// <summary>0..2 from the top.</summary>
    public int Row => Cell / 3;

    /// <summary>0..2 from the left.</summary>
    public int Column => Cell % 3;

    /// <summary>Whether this object stands in the relation to the other.</summary>
    public bool Is(SceneRelation relation, SceneObject other) => relation switch
    {
        SceneRelation.LeftOf => Row == other.Row && Column < other.Column,
        SceneRelation.RightOf => Row == other.Row && Column > other.Column,
        SceneRelation.Above => Column == other.Column && Row < other.Row,
        _ => Column == other.Column && Row > other.Row,
    };
}

/// <summary>
/// Two or three objects in different cells, each in the row or column of the one before, no two of one colour and shape; the background is white or gray.
/// </summary>
/// <param name="Objects">In the order in which captions speak of them.</param>
/// <param name="Gray">Whether the background is gray.</param>
/// <param name="Jitter">Seed of the objects' small displacements: it changes pixels and boxes, never what is true.</param>
public sealed record Scene(IReadOnlyList<SceneObject> Objects, bool Gray, ulong Jitter)
{
    /// <summary>How object i + 1 is seen from object i, reversed: the relation that makes "object i RELATION object i + 1" true.</summary>
    public SceneRelation Relation(int i)
    {
        SceneObject first = Objects[i], second = Objects[i + 1];
        return first.Row == second.Row ? first.Column < second.Column ? SceneRelation.LeftOf : SceneRelation.RightOf
            : first.Row < second.Row ? SceneRelation.Above : SceneRelation.Below;
    }

    /// <summary>A number that two scenes share when the same captions describe both: everything but the jitter.</summary>
    public long Meaning
    {
        get
        {
            ulong key = Gray ? 1UL : 0;
            foreach (SceneObject item in Objects)
                key = key * 1024 + 1 + ((((ulong)item.Shape * 8 + (ulong)item.Colour) * 2 + (ulong)item.Size) * 9 + (ulong)item.Cell);
            return (long)key;
        }
    }
}
