using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ITContrast.Notebooks.Packages;

/// <summary>The <c>#r</c> lines of a cell, taken out before it is compiled.</summary>
/// <param name="Code">The cell with each <c>#r</c> replaced by spaces, so that lines and columns stay.</param>
/// <param name="References">What they name, in order.</param>
internal sealed record Directives(string Code, IReadOnlyList<ReferenceDirective> References)
{
    private static readonly CSharpParseOptions Parsing = new(kind: SourceCodeKind.Script);

    /// <summary>Finds the directives; text that looks like one inside a string or a comment is none.</summary>
    public static Directives Of(string code)
    {
        if (!code.Contains("#r", StringComparison.Ordinal))
        {
            return new Directives(code, []);
        }
        var root = CSharpSyntaxTree.ParseText(code, Parsing).GetCompilationUnitRoot();
        var references = new List<ReferenceDirective>();
        var text = code.ToCharArray();
        foreach (var directive in root.GetReferenceDirectives())
        {
            references.Add(ReferenceDirective.Parse(directive.File.ValueText));
            for (var i = directive.SpanStart; i < directive.Span.End; i++)
            {
                text[i] = text[i] is '\n' or '\r' ? text[i] : ' ';
            }
        }
        return new Directives(new string(text), references);
    }
}

/// <summary>One <c>#r</c>: a package, or a file.</summary>
/// <param name="Package">The package's name; null for a file.</param>
/// <param name="Version">The package's version as written; null where none is.</param>
/// <param name="File">The file's path; null for a package.</param>
internal sealed record ReferenceDirective(string? Package, string? Version, string? File)
{
    private const string Scheme = "nuget:";

    /// <summary>Reads the quoted text of a directive: <c>nuget: Name, Version</c> or a path.</summary>
    public static ReferenceDirective Parse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return new ReferenceDirective(null, null, text);
        }
        var parts = text[Scheme.Length..].Split([',', '/'], 2, StringSplitOptions.TrimEntries);
        return new ReferenceDirective(parts[0], parts is [_, { Length: > 0 } version] ? version : null, null);
    }
}
