namespace ITContrast;

/// <summary>
/// A file or data set is not what it must be: truncated, of another type, a row missing, an id twice. The message names the file, the row or
/// line (0-based rows, 1-based lines), what was expected and what was found.
/// </summary>
public class DataException : Exception
{
    /// <summary>Says what is wrong, in one or two sentences.</summary>
    public DataException(string message) : base(message) { }

    /// <summary>Says what is wrong, with the error underneath it (of the JSON parser, of the operating system).</summary>
    public DataException(string message, Exception inner) : base(message, inner) { }

    /// <summary>
    /// The message every reader uses: <c>PATH, WHERE: expected EXPECTED, found FOUND. NEXT</c>.
    /// </summary>
    /// <param name="path">The file, as the caller named it.</param>
    /// <param name="where">"line 7", "row 12", "header"; empty for the file as a whole.</param>
    /// <param name="expected">What the format asks for.</param>
    /// <param name="found">What the file holds.</param>
    /// <param name="next">What to do about it; may be empty.</param>
    public static DataException At(string path, string where, string expected, string found, string next = "") =>
        new($"{path}{(where.Length == 0 ? "" : ", " + where)}: expected {expected}, found {found}.{(next.Length == 0 ? "" : " " + next)}");
}

/// <summary>A tensor or array has another shape than the operation is defined for. The message gives both shapes.</summary>
public sealed class ShapeException : Exception
{
    /// <summary>Says which shape was expected and which one came.</summary>
    public ShapeException(string message) : base(message) { }

    /// <summary><c>WHAT: expected [EXPECTED], found [FOUND].</c></summary>
    /// <param name="what">The argument's name and role, as in "captions (embeddings)".</param>
    /// <param name="expected">The shape in symbols or numbers, without brackets: "B, D".</param>
    /// <param name="found">The shape that came.</param>
    public static ShapeException Of(string what, string expected, IEnumerable<long> found) =>
        new($"{what}: expected [{expected}], found [{string.Join(", ", found)}].");
}
