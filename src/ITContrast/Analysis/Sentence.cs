namespace ITContrast.Analysis;

/// <summary>How an analysis's names, which label charts in lower case, begin a sentence of its paragraph.</summary>
internal static class Sentence
{
    /// <returns><paramref name="name"/> with a capital first letter.</returns>
    public static string Start(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];
}
