using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ITContrast.Notebooks.Export;

/// <summary>
/// The names that a notebook's variables, functions and types have in one program. Cells follow each other in scopes of their own: a later one
/// may declare a name again, or use for a loop's variable what another cell declares. In a program all of them share one scope, so the
/// later declaration, with every use that means it, gets a name of its own: <c>total</c>, <c>total_2</c>. What a name means is asked of the compiler.
/// </summary>
internal sealed class ProgramNames
{
    private readonly Dictionary<ISymbol, string> renamed = new(SymbolEqualityComparer.Default);
    private readonly HashSet<string> written;

    /// <param name="cells">The cells in order, each bound as the continuation of the one before.</param>
    /// <param name="reserved">Names that the program needs for itself.</param>
    public ProgramNames(IReadOnlyList<SemanticModel> cells, IEnumerable<string> reserved)
    {
        var taken = new HashSet<string>(reserved);
        written =
        [
            .. cells
                .SelectMany(cell => cell.SyntaxTree.GetRoot().DescendantTokens())
                .Where(token => token.IsKind(SyntaxKind.IdentifierToken))
                .Select(token => token.ValueText),
        ];
        var elsewhere = cells.SelectMany(NamesFromElsewhere).ToHashSet();
        foreach (var symbol in cells.SelectMany(cell => ((CSharpCompilation)cell.Compilation).ScriptClass!.GetMembers()).Where(IsWritten))
        {
            var mayStay = symbol is INamedTypeSymbol || !elsewhere.Contains(symbol.Name);
            if (!mayStay || !taken.Add(symbol.Name))
            {
                renamed[symbol] = Fresh(symbol.Name);
            }
        }
        foreach (var inner in cells.SelectMany(InnerVariables).Where(inner => taken.Contains(inner.Name)))
        {
            renamed.TryAdd(inner, Fresh(inner.Name));
        }
    }

    /// <summary>A cell's text with the program's names; lines stay.</summary>
    public string Apply(SemanticModel cell)
    {
        var edits = cell.SyntaxTree.GetRoot().DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(token => (token, name: Meant(token, cell) is { } symbol ? renamed.GetValueOrDefault(symbol) : null)).Where(edit => edit.name is not null)
            .Select(edit => Change(edit.token, edit.name!));
        return cell.SyntaxTree.GetText().WithChanges(edits).ToString();
    }

    private static bool IsWritten(ISymbol symbol) =>
        !symbol.IsImplicitlyDeclared
        && symbol.CanBeReferencedByName
        && symbol is IFieldSymbol or INamedTypeSymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary };

    private string Fresh(string name)
    {
        var number = 2;
        while (!written.Add($"{name}_{number}"))
        {
            number++;
        }
        return $"{name}_{number}";
    }

    /// <summary>Where a name also names what it stands for (a member of an anonymous type or a tuple, <c>nameof</c>), that stays.</summary>
    private static TextChange Change(SyntaxToken token, string name) => token.Parent?.Parent switch
    {
        AnonymousObjectMemberDeclaratorSyntax { NameEquals: null } => new TextChange(token.Span, $"{token.ValueText} = {name}"),
        ArgumentSyntax { NameColon: null, Parent: TupleExpressionSyntax } => new TextChange(token.Span, $"{token.ValueText}: {name}"),
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } call } =>
            new TextChange(call.Span, $"\"{token.ValueText}\""),
        _ => new TextChange(token.Span, name),
    };

    /// <summary>What a declared or used name means; null for a name of neither kind.</summary>
    private static ISymbol? Meant(SyntaxToken token, SemanticModel cell)
    {
        if (token.Parent is SimpleNameSyntax use)
        {
            var found = cell.GetSymbolInfo(use);
            // A call whose arguments do not bind (a package that is not at hand) still has but one function to mean.
            var symbol = found.Symbol ?? found.CandidateSymbols.FirstOrDefault(candidate => candidate.ContainingType is { IsScriptClass: true });
            return (symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } made ? made.ContainingType : symbol)?.OriginalDefinition;
        }
        return token.Parent switch
        {
            ConstructorDeclarationSyntax or DestructorDeclarationSyntax => cell.GetDeclaredSymbol(token.Parent)?.ContainingType,
            { } parent => cell.GetDeclaredSymbol(parent),
            null => null,
        };
    }

    /// <summary>Variables of loops, blocks, patterns and queries, which a program's own may not share a name with. A function's may.</summary>
    private static IEnumerable<ISymbol> InnerVariables(SemanticModel cell)
    {
        return cell
            .SyntaxTree.GetRoot()
            .DescendantNodes(node =>
                node
                    is not (
                        AnonymousFunctionExpressionSyntax { Body: BlockSyntax }
                        or LocalFunctionStatementSyntax
                        or BaseMethodDeclarationSyntax
                        or BaseTypeDeclarationSyntax))
            .Where(node =>
                node
                    is VariableDeclaratorSyntax
                        or SingleVariableDesignationSyntax
                        or ForEachStatementSyntax
                        or CatchDeclarationSyntax
                        or FromClauseSyntax
                        or LetClauseSyntax
                        or JoinClauseSyntax
                        or JoinIntoClauseSyntax
                        or QueryContinuationSyntax)
            .Select(node => cell.GetDeclaredSymbol(node)).Where(symbol => symbol is ILocalSymbol or IRangeVariableSymbol).Select(symbol => symbol!);
    }

    /// <summary>
    /// Names that a cell uses, alone, for what no cell declares, such as a function of a <c>using static</c>: a program's variable would hide it.
    /// </summary>
    private static IEnumerable<string> NamesFromElsewhere(SemanticModel cell)
    {
        return cell.SyntaxTree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name =>
                name.Parent
                    is not (
                        NameColonSyntax
                        or NameEqualsSyntax
                        or QualifiedNameSyntax
                        or MemberBindingExpressionSyntax
                        or AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax })
                && !(name.Parent is MemberAccessExpressionSyntax access && access.Name == name))
            .Where(name =>
                (cell.GetSymbolInfo(name) is var found ? found.Symbol ?? found.CandidateSymbols.FirstOrDefault() : null)
                    is (IMethodSymbol or IPropertySymbol or IFieldSymbol)
                        and { ContainingType.IsScriptClass: false })
            .Select(name => name.Identifier.ValueText);
    }
}
