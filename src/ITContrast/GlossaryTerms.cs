using System.Collections;

namespace ITContrast;

/// <summary>Words of the glossary, in order; as a cell's value they are shown as a list.</summary>
public sealed class GlossaryTerms : IReadOnlyList<GlossaryTerm>
{
    private readonly GlossaryTerm[] terms;

    internal GlossaryTerms(IEnumerable<GlossaryTerm> terms) => this.terms = [.. terms];

    /// <inheritdoc/>
    public int Count => terms.Length;

    /// <inheritdoc/>
    public GlossaryTerm this[int index] => terms[index];

    /// <inheritdoc/>
    public IEnumerator<GlossaryTerm> GetEnumerator() => ((IEnumerable<GlossaryTerm>)terms).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>How notebooks show the words.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string>
    {
        ["text/html"] = $"<dl>{string.Concat(terms.Select(term => term.ToHtml()))}</dl>",
        ["text/plain"] = string.Join('\n', terms.Select(term => term.ToString())),
    };
}
