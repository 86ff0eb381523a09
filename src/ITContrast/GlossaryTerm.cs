using System.Net;

namespace ITContrast;

/// <summary>A word of the field: what it means, and where the library has it.</summary>
/// <param name="Name">The word.</param>
/// <param name="Meaning">What it means, in plain text.</param>
/// <param name="See">Types and members of the library and other words of the glossary that belong to it.</param>
public sealed record GlossaryTerm(string Name, string Meaning, IReadOnlyList<string> See)
{
    /// <summary>How notebooks show the word.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() =>
        new Dictionary<string, string> { ["text/html"] = $"<dl>{ToHtml()}</dl>", ["text/plain"] = ToString() };

    /// <summary>One line.</summary>
    public override string ToString() => $"{Name}: {Meaning}{(See.Count == 0 ? "" : $" See {string.Join(", ", See)}.")}";

    internal string ToHtml() =>
        $"<dt id=\"glossary-{WebUtility.HtmlEncode(Name.Replace(' ', '-'))}\"><b>{WebUtility.HtmlEncode(Name)}</b></dt><dd>{WebUtility.HtmlEncode(Meaning)}"
        + (See.Count == 0 ? "" : $" <small>See {string.Join(", ", See.Select(name => $"<code>{WebUtility.HtmlEncode(name)}</code>"))}.</small>") + "</dd>";
}
