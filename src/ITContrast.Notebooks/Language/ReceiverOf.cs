using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ITContrast.Notebooks.Language;

/// <summary>What an expression before a dot means.</summary>
internal static class ReceiverOf
{
    /// <summary>Binds the expression where it stands and, where unfinished code around it misled the parser, by itself.</summary>
    /// <returns>The namespace or type that it names, or else the type of its value; both null where it means nothing.</returns>
    public static (ISymbol? Named, ITypeSymbol? Type) Expression(SemanticModel model, ExpressionSyntax expression, int position)
    {
        var symbol = model.GetSymbolInfo(expression).Symbol;
        var type = model.GetTypeInfo(expression).Type;
        if (symbol is null && type is null or IErrorTypeSymbol)
        {
            // "x.⏎var y" parses as a declaration of type x.var: bind x as the expression it was meant to be.
            var alone = SyntaxFactory.ParseExpression(expression.ToString());
            symbol = model.GetSpeculativeSymbolInfo(position, alone, SpeculativeBindingOption.BindAsExpression).Symbol
                ?? model.GetSpeculativeSymbolInfo(position, alone, SpeculativeBindingOption.BindAsTypeOrNamespace).Symbol;
            type = model.GetSpeculativeTypeInfo(position, alone, SpeculativeBindingOption.BindAsExpression).Type;
        }

        return symbol is INamespaceOrTypeSymbol ? (symbol, null)
            : symbol is IAliasSymbol alias ? (alias.Target, null)
            : (null, type ?? (symbol as ILocalSymbol)?.Type);
    }
}
