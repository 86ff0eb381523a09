using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ITContrast.Notebooks.Language;

/// <summary>What stands at a cursor: declarations (all overloads of a method, the bound one first) and documentation.</summary>
/// <param name="Declarations">How C# would declare the symbols.</param>
/// <param name="Documentation">Of the first of them; null where there is none.</param>
public sealed record Inspection(IReadOnlyList<string> Declarations, SymbolDocumentation? Documentation);

/// <summary>Finds what the name at a cursor means; between the parentheses of a call, what is called.</summary>
public static class CSharpInspection
{
    // A console's height; the rest is counted.
    private const int Overloads = 12;

    /// <summary>What stands at the cursor; null where nothing has a meaning.</summary>
    /// <param name="compilation">The compilation of the cell after those before it.</param>
    /// <param name="tree">The cell's tree in it.</param>
    /// <param name="position">The cursor, in UTF-16 units: inside a name, right after it, or after it and its open parenthesis.</param>
    public static Inspection? At(Compilation compilation, SyntaxTree tree, int position)
    {
        var model = compilation.GetSemanticModel(tree);
        var symbols = Symbols(model, tree.GetRoot(), position);
        if (symbols.Count == 0)
        {
            return null;
        }

        List<string> declarations = [.. symbols.Take(Overloads).Select(SymbolText.Declare).Distinct()];
        if (symbols.Count > Overloads)
        {
            declarations.Add($"… and {symbols.Count - Overloads} more overloads");
        }

        return new Inspection(declarations, symbols.Select(s => SymbolDocumentation.Of(compilation, s)).FirstOrDefault(d => d is not null));
    }

    private static IReadOnlyList<ISymbol> Symbols(SemanticModel model, SyntaxNode root, int position)
    {
        var before = CursorContext.TokenBefore(root, position);
        var here = root.FindToken(Math.Min(position, root.FullSpan.End));
        foreach (var token in (SyntaxToken[])[here, before])
        {
            var touches = token.SpanStart <= position && position <= token.Span.End && !token.Span.IsEmpty;
            if (touches && Named(model, token, position) is { Count: > 0 } found)
            {
                return found;
            }
        }

        var call = before.Parent?.FirstAncestorOrSelf<BaseArgumentListSyntax>()?.Parent;
        return call is null ? [] : CalledMethods.Of(model, call);
    }

    private static IReadOnlyList<ISymbol> Named(SemanticModel model, SyntaxToken token, int position)
    {
        if (token.IsKind(SyntaxKind.IdentifierToken) && token.Parent is SimpleNameSyntax name)
        {
            var node = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : (ExpressionSyntax)name;
            var group = model.GetMemberGroup(name);
            var info = model.GetSymbolInfo(node);
            var bound = info.Symbol ?? model.GetSymbolInfo(name).Symbol;
            if (bound is null && group.IsEmpty && info.CandidateSymbols.IsEmpty)
            {
                bound = ReceiverOf.Expression(model, name, position).Named
                    ?? model.LookupSymbols(name.SpanStart, name: name.Identifier.ValueText).FirstOrDefault();
            }

            return
            [
                .. (bound is null ? [] : new[] { bound })
                    .Concat(info.CandidateSymbols)
                    .Concat(group)
                    .Distinct(SymbolEqualityComparer.Default)
                    .OfType<ISymbol>(),
            ];
        }

        if (token.Parent is PredefinedTypeSyntax predefined && model.GetTypeInfo(predefined).Type is { } type)
        {
            return [type];
        }

        if (token.Parent is IdentifierNameSyntax { IsVar: true } var && model.GetTypeInfo(var).Type is { } inferred)
        {
            return [inferred];
        }

        return token.IsKind(SyntaxKind.IdentifierToken) && token.Parent is { } declared && model.GetDeclaredSymbol(declared) is { } symbol ? [symbol] : [];
    }
}
