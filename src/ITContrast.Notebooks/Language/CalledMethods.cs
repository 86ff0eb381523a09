using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ITContrast.Notebooks.Language;

/// <summary>The overloads that an unfinished call may mean.</summary>
internal static class CalledMethods
{
    /// <summary>The overloads, the one that binds best first.</summary>
    /// <param name="model">The cell's model.</param>
    /// <param name="call">An invocation, an object creation or an element access.</param>
    public static IReadOnlyList<IMethodSymbol> Of(SemanticModel model, SyntaxNode call)
    {
        var info = model.GetSymbolInfo(call);
        var all = call switch
        {
            InvocationExpressionSyntax invocation => model.GetMemberGroup(invocation.Expression).OfType<IMethodSymbol>(),
            BaseObjectCreationExpressionSyntax creation when model.GetTypeInfo(creation).Type is INamedTypeSymbol type => type.InstanceConstructors.Where(c =>
                c.DeclaredAccessibility == Accessibility.Public),
            _ => [],
        };
        var methods = info.CandidateSymbols.OfType<IMethodSymbol>().Concat(all);
        return [.. (info.Symbol is IMethodSymbol best ? methods.Prepend(best) : methods).Distinct<IMethodSymbol>(SymbolEqualityComparer.Default)];
    }
}
