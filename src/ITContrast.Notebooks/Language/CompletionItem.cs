namespace ITContrast.Notebooks.Language;

/// <summary>A name that fits at the cursor.</summary>
/// <param name="Text">What replaces the text from <see cref="Completions.Start"/> to <see cref="Completions.End"/>.</param>
/// <param name="Kind">What it is, in the words that Jupyter's front ends have icons for: <c>function</c>, <c>property</c>, <c>class</c>, <c>keyword</c>,
/// …</param>
/// <param name="Signature">Its type or parameters; empty for a keyword.</param>
public sealed record CompletionItem(string Text, string Kind, string Signature);

/// <summary>The names that fit at a cursor, best first.</summary>
/// <param name="Items">The names; empty where none fits.</param>
/// <param name="Start">The UTF-16 offset where the text they replace begins.</param>
/// <param name="End">The UTF-16 offset where it ends.</param>
public sealed record Completions(IReadOnlyList<CompletionItem> Items, int Start, int End);
