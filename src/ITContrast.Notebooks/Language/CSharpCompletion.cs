using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ITContrast.Notebooks.Language;

/// <summary>
/// Completion from a semantic model: after a dot the members that the expression has there, extension methods included;
/// elsewhere the names in scope, named arguments, the members an object initializer can set, and keywords.
/// </summary>
public static class CSharpCompletion
{
    // More than anyone scrolls through, and little enough to send on each keystroke.
    private const int Limit = 1000;

    private static readonly string[] Keywords =
        [
            .. SyntaxFacts.GetKeywordKinds().Select(SyntaxFacts.GetText), "var", "await", "async", "record", "when", "yield", "nameof", "with", "required",
            "init", "not", "and", "or", "dynamic", "global", "partial", "where", "select", "from",
        ];

    /// <summary>The names that fit.</summary>
    /// <param name="compilation">The compilation of the cell after those before it.</param>
    /// <param name="tree">The cell's tree in it.</param>
    /// <param name="position">The cursor, in UTF-16 units.</param>
    public static Completions At(Compilation compilation, SyntaxTree tree, int position)
    {
        if (CursorContext.At(tree, position) is not { } context)
        {
            return new Completions([], position, position);
        }

        var model = compilation.GetSemanticModel(tree);
        var found = context.Receiver is null ? InScope(model, context) : Members(model, context).Select(s => (Item(s), 0));
        var fitting = found
            .Where(f => f.Item1.Text.StartsWith(context.Prefix, StringComparison.OrdinalIgnoreCase))
            .GroupBy(f => f.Item1.Text)
            .Select(g =>
                (Item: g.MinBy(f => f.Item2).Item1, Rank: g.Min(f => f.Item2), Case: g.Key.StartsWith(context.Prefix, StringComparison.Ordinal) ? 0 : 1))
            .OrderBy(f => f.Case).ThenBy(f => f.Rank).ThenBy(f => f.Item.Text, StringComparer.OrdinalIgnoreCase)
            .Take(Limit);
        return new Completions([.. fitting.Select(f => f.Item)], context.Start, context.End);
    }

    private static IEnumerable<(CompletionItem, int Rank)> InScope(SemanticModel model, CursorContext context)
    {
        foreach (var member in Settable(model, context))
        {
            yield return (Item(member), 0);
        }

        foreach (var name in ParameterNames(model, context))
        {
            yield return (name, 0);
        }

        foreach (var symbol in model.LookupSymbols(context.Start).Where(Nameable))
        {
            yield return (Item(symbol), symbol is ILocalSymbol or IParameterSymbol or IRangeVariableSymbol ? 1 : symbol is not INamespaceOrTypeSymbol ? 2 : 3);
        }

        if (context.Prefix.Length > 0)
        {
            foreach (var keyword in Keywords)
            {
                yield return (new CompletionItem(keyword, "keyword", ""), 4);
            }
        }
    }

    private static IEnumerable<ISymbol> Members(SemanticModel model, CursorContext context)
    {
        var (symbol, type) = ReceiverOf.Expression(model, context.Receiver!, context.Start);
        if (symbol is INamespaceSymbol space)
        {
            return model.LookupNamespacesAndTypes(context.Start, space);
        }

        if (symbol is INamedTypeSymbol named)
        {
            return model.LookupStaticMembers(context.Start, named).Where(Nameable);
        }

        if (type is null or IErrorTypeSymbol)
        {
            return [];
        }

        if (context.Conditional && type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            type = nullable.TypeArguments[0];
        }

        return model.LookupSymbols(context.Start, type, includeReducedExtensionMethods: true)
            .Where(s => Nameable(s) && !s.IsStatic && s is not INamespaceOrTypeSymbol);
    }

    private static IEnumerable<ISymbol> Settable(SemanticModel model, CursorContext context) =>
        context.Initializer?.Parent is { } creation && model.GetTypeInfo(creation).Type is { } type
            ? model
                .LookupSymbols(context.Start, type)
                .Where(s =>
                    s
                        is IPropertySymbol { SetMethod: not null, IsIndexer: false, IsStatic: false }
                            or IFieldSymbol { IsReadOnly: false, IsStatic: false, IsConst: false })
            : [];

    private static IEnumerable<CompletionItem> ParameterNames(SemanticModel model, CursorContext context) =>
        context.Arguments?.Parent is { } call
            ? CalledMethods.Of(model, call).SelectMany(m => m.Parameters).Select(p => new CompletionItem(p.Name + ":", "param", SymbolText.Type(p.Type)))
            : [];

    private static bool Nameable(ISymbol symbol) => symbol.CanBeReferencedByName
        && symbol
            is not IMethodSymbol
            {
                MethodKind: not (MethodKind.Ordinary or MethodKind.ReducedExtension or MethodKind.DelegateInvoke or MethodKind.LocalFunction)
            };

    private static CompletionItem Item(ISymbol symbol) =>
        new(SyntaxFacts.GetKeywordKind(symbol.Name) == SyntaxKind.None ? symbol.Name : "@" + symbol.Name, SymbolText.Kind(symbol), SymbolText.Brief(symbol));
}
