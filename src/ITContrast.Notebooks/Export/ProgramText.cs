using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ITContrast.Notebooks.Export;

/// <summary>
/// Script text in a program's order: usings, statements and functions, then types. What a script declares static (constants, functions that
/// extend a type) its types can use, but not what a program declares among its statements: that goes into a class of its own.
/// </summary>
internal sealed class ProgramText
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);
    private readonly SortedSet<string> usings = new(StringComparer.Ordinal)
    {
        "using System.Collections;", "using System.Text;", "using static CellFunctions;",
    };
    private readonly StringBuilder body = new();
    private readonly StringBuilder types = new();
    private readonly StringBuilder statics = new();

    /// <summary>Adds comment lines.</summary>
    public void Comment(string lines) => body.Append(lines);

    /// <summary>Adds a cell's C#.</summary>
    /// <param name="code">Its text with the program's names.</param>
    /// <param name="end">What becomes of its last expression.</param>
    public void Add(string code, CellEnd end)
    {
        var root = CSharpSyntaxTree.ParseText(code, Parsing).GetCompilationUnitRoot();
        usings.UnionWith(root.Usings.Select(line => line.WithoutTrivia().ToString()));
        foreach (var member in root.Members)
        {
            switch (member)
            {
                case BaseTypeDeclarationSyntax or DelegateDeclarationSyntax:
                    types.Append('\n').Append(member.ToFullString().Trim()).Append('\n');
                    break;
                case BaseMethodDeclarationSyntax
                or BaseFieldDeclarationSyntax when member.Modifiers.Any(one => one.Kind() is SyntaxKind.StaticKeyword or SyntaxKind.ConstKeyword):
                    statics.Append($"\n    {Leading(member).Trim()}".TrimEnd()).Append($"\n    internal {WithoutAccess(member)}\n");
                    break;
                case MethodDeclarationSyntax:
                    body.Append(Leading(member)).Append(WithoutAccess(member)).Append('\n');
                    break;
                case FieldDeclarationSyntax field:
                    body.Append(Leading(field)).Append(Assigned(field.Declaration)).Append(Text(field.GetTrailingTrivia()).TrimEnd()).Append('\n');
                    break;
                case GlobalStatementSyntax { Statement: EmptyStatementSyntax }:
                    break;
                case GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }:
                    body.Append(Leading(member)).Append(end switch
                    {
                        CellEnd.Silent => $"{last.Expression.WithoutTrivia()};",
                        CellEnd.Value => $"display({last.Expression.WithoutTrivia()});",
                        // The compiler chooses between show's two forms.
                        _ => $"show(() => {last.Expression.WithoutTrivia()});",
                    }).Append('\n');
                    break;
                default:
                    body.Append((Leading(member) + member.WithoutLeadingTrivia().ToFullString()).TrimEnd()).Append('\n');
                    break;
            }
        }
    }

    /// <summary>The program without its head.</summary>
    public override string ToString() => statics.Length == 0 ? $"{string.Join('\n', usings)}\n{body}{types}"
        : $"{string.Join('\n', usings.Append("using static CellStatics;"))}\n{body}\nstatic class CellStatics\n{{{statics.ToString().TrimStart('\n').Insert(0, "\n")}}}\n{types}";

    /// <summary>A script's member may say who may see it, a program's function may not.</summary>
    private static string WithoutAccess(MemberDeclarationSyntax member) =>
        member
            .WithModifiers([
                .. member.Modifiers.Where(modifier =>
                    modifier.Kind() is not (SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.PrivateKeyword or SyntaxKind.ProtectedKeyword)
                ),
            ])
            .WithoutLeadingTrivia().ToFullString().TrimEnd();

    /// <summary>A script's variable begins as its type's default, a program's has no value before it is given one.</summary>
    private static string Assigned(VariableDeclarationSyntax declaration) =>
        declaration.ReplaceNodes(declaration.Variables.Where(variable => variable.Initializer is null),
            (variable, _) =>
                SyntaxFactory.ParseStatement($"var {variable.ToString()} = default!;")
                    is LocalDeclarationStatementSyntax { Declaration.Variables: [var assigned] }
                    ? assigned
                    : variable)
            .WithoutLeadingTrivia().ToFullString().TrimEnd() + ";";

    private static string Leading(SyntaxNode node) => Text(node.GetLeadingTrivia());

    private static string Text(SyntaxTriviaList trivia) =>
        string.Concat(trivia.Where(one => !one.IsDirective && !one.IsKind(SyntaxKind.SkippedTokensTrivia)).Select(one => one.ToFullString()))
            .TrimStart('\n', '\r');
}
