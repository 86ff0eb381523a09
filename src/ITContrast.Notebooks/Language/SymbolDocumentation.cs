using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace ITContrast.Notebooks.Language;

/// <summary>A symbol's documentation comment as text.</summary>
/// <param name="Summary">What it is.</param>
/// <param name="Parameters">Names and texts of parameters and type parameters.</param>
/// <param name="Returns">What it returns; empty where that is not said.</param>
/// <param name="Remarks">More about it.</param>
/// <param name="Exceptions">Types and conditions.</param>
public sealed partial record SymbolDocumentation(
    string Summary, IReadOnlyList<(string Name, string Text)> Parameters, string Returns, string Remarks,
    IReadOnlyList<(string Name, string Text)> Exceptions)
{
    /// <summary>The documentation of a symbol, or of the member that it overrides or implements; null where there is none.</summary>
    /// <param name="compilation">Knows the files that the symbols come from.</param>
    /// <param name="symbol">What to document.</param>
    public static SymbolDocumentation? Of(Compilation compilation, ISymbol symbol)
    {
        foreach (var candidate in Candidates(symbol))
        {
            var definition = candidate.OriginalDefinition;
            var xml = definition.DeclaringSyntaxReferences.Length > 0
                ? definition.GetDocumentationCommentXml()
                : definition.ContainingAssembly is { } assembly && definition.GetDocumentationCommentId() is { } id
                    && compilation.GetMetadataReference(assembly) is PortableExecutableReference { FilePath: { } file }
                    ? DocumentationFiles.Find(file, id)
                    : null;
            if (!string.IsNullOrWhiteSpace(xml) && Parse(xml) is { Summary.Length: > 0 } found)
            {
                return found;
            }
        }

        return null;
    }

    private static IEnumerable<ISymbol> Candidates(ISymbol symbol)
    {
        var member = symbol is IMethodSymbol { ReducedFrom: { } full } ? full : symbol;
        yield return member;
        for (var overridden = Overridden(member); overridden is not null; overridden = Overridden(overridden))
        {
            yield return overridden;
        }

        if (member is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor)
        {
            yield return constructor.ContainingType;
        }

        if (member.ContainingType is { TypeKind: not TypeKind.Interface } type && member is IMethodSymbol or IPropertySymbol)
        {
            foreach (var declared in type.AllInterfaces.SelectMany(i => i.GetMembers(member.Name)))
            {
                if (SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(declared), member))
                {
                    yield return declared;
                }
            }
        }
    }

    private static ISymbol? Overridden(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        _ => null,
    };

    private static SymbolDocumentation? Parse(string xml)
    {
        try
        {
            var root = XElement.Parse(xml, LoadOptions.PreserveWhitespace);
            (string, string)[] Listed(string element, string attribute) =>
                [.. root.Elements(element).Select(e => (ShortName(e.Attribute(attribute)?.Value ?? ""), Text(e)))];
            return new SymbolDocumentation(
                Text(root.Element("summary")),
                [.. Listed("typeparam", "name"), .. Listed("param", "name")],
                Text(root.Element("returns")),
                Text(root.Element("remarks")),
                Listed("exception", "cref"));
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string Text(XElement? element)
    {
        var text = new StringBuilder();
        Append(element, text);
        return Blanks().Replace(LineEnds().Replace(text.ToString(), "\n"), "\n\n").Trim();
    }

    private static void Append(XElement? element, StringBuilder text)
    {
        foreach (var node in element?.Nodes() ?? [])
        {
            switch (node)
            {
                case XText words:
                    text.Append(Spaces().Replace(words.Value, " "));
                    break;
                case XElement { Name.LocalName: "see" or "seealso" or "paramref" or "typeparamref" } reference:
                    var name = reference.Attributes().FirstOrDefault(a => a.Name.LocalName is "cref" or "name" or "langword" or "href")?.Value ?? "";
                    text.Append(reference.IsEmpty || reference.Value.Length == 0 ? ShortName(name) : reference.Value);
                    break;
                case XElement { Name.LocalName: "code" } code:
                    text.Append("\n\n").Append(string.Join('\n', code.Value.Trim('\n').Split('\n').Select(line => "    " + line.TrimEnd()))).Append("\n\n");
                    break;
                case XElement { Name.LocalName: "para" or "list" or "item" or "listheader" } block:
                    text.Append(block.Name.LocalName == "item" ? "\n- " : "\n\n");
                    Append(block, text);
                    text.Append(block.Name.LocalName == "item" ? "" : "\n\n");
                    break;
                case XElement other:
                    Append(other, text);
                    break;
            }
        }
    }

    // "M:System.Console.WriteLine(System.String)" is Console.WriteLine to a reader; other texts stay as they are.
    private static string ShortName(string reference)
    {
        if (reference.Length < 2 || reference[1] != ':')
        {
            return reference;
        }

        var name = Arity().Replace(reference[2..].Split('(')[0], "");
        var parts = name.Split('.');
        return reference[0] is 'T' or 'N' || parts.Length < 2 ? parts[^1] : $"{parts[^2]}.{parts[^1]}".Replace(".#ctor", "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@" *\n *(?! {3})")]
    private static partial Regex LineEnds();

    [GeneratedRegex(@"\n{3,}")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"`+\d+")]
    private static partial Regex Arity();
}
