using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ITContrast.Notebooks.Worker;

/// <summary>
/// Writes <c>StopRequest.Check()</c> into a cell's text at the head of each loop, label, method and lambda with a body, so that a cell that
/// would run for ever can be stopped at a known place. Line numbers stay; columns do not, so compile errors are taken from the text as
/// it was. An abort of the thread cannot replace the checks: it comes late or never in optimised loops, and it can tear the process down.
/// </summary>
internal sealed class StopChecks : CSharpSyntaxWalker
{
    private const string Check = "global::ITContrast.Notebooks.Worker.StopRequest.Check();";
    private readonly List<(TextSpan Old, string New)> edits = [];

    private StopChecks()
    {
    }

    /// <summary>The text with its checks; the same text where it needs none, or does not parse.</summary>
    public static string Insert(SyntaxTree tree)
    {
        var text = tree.ToString();
        if (tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            return text;
        }
        var checks = new StopChecks();
        checks.Visit(tree.GetRoot());
        var result = new StringBuilder();
        var at = 0;
        // The sort is stable: closing braces of nested bodies that end together are all alike.
        foreach (var (old, replacement) in checks.edits.OrderBy(edit => edit.Old.Start))
        {
            result.Append(text, at, old.Start - at).Append(replacement);
            at = old.End;
        }
        return result.Append(text, at, text.Length - at).ToString();
    }

    public override void VisitWhileStatement(WhileStatementSyntax node)
    {
        CheckBody(node.Statement);
        base.VisitWhileStatement(node);
    }

    public override void VisitDoStatement(DoStatementSyntax node)
    {
        CheckBody(node.Statement);
        base.VisitDoStatement(node);
    }

    public override void VisitForStatement(ForStatementSyntax node)
    {
        CheckBody(node.Statement);
        base.VisitForStatement(node);
    }

    public override void VisitForEachStatement(ForEachStatementSyntax node)
    {
        CheckBody(node.Statement);
        base.VisitForEachStatement(node);
    }

    public override void VisitForEachVariableStatement(ForEachVariableStatementSyntax node)
    {
        CheckBody(node.Statement);
        base.VisitForEachVariableStatement(node);
    }

    public override void VisitLabeledStatement(LabeledStatementSyntax node)
    {
        Put(node.ColonToken.Span.End, Check);
        base.VisitLabeledStatement(node);
    }

    public override void VisitSwitchSection(SwitchSectionSyntax node)
    {
        // A goto case can go round for ever.
        Put(node.Labels[^1].Span.End, Check);
        base.VisitSwitchSection(node);
    }

    public override void VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        if (!IsCalledByNativeCode(node.AttributeLists))
        {
            CheckFunction(node.Body, node.ExpressionBody, node.SemicolonToken, node.ReturnType, node.Modifiers);
            base.VisitLocalFunctionStatement(node);
        }
    }

    public override void VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        if (!IsCalledByNativeCode(node.AttributeLists))
        {
            CheckFunction(node.Body, node.ExpressionBody, node.SemicolonToken, node.ReturnType, node.Modifiers);
            base.VisitMethodDeclaration(node);
        }
    }

    public override void VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node)
    {
        CheckBlock(node.Block);
        base.VisitParenthesizedLambdaExpression(node);
    }

    public override void VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node)
    {
        CheckBlock(node.Block);
        base.VisitSimpleLambdaExpression(node);
    }

    public override void VisitAnonymousMethodExpression(AnonymousMethodExpressionSyntax node)
    {
        CheckBlock(node.Block);
        base.VisitAnonymousMethodExpression(node);
    }

    public override void VisitFinallyClause(FinallyClauseSyntax node)
    {
        // What cleans up runs to its end.
    }

    private void CheckBody(StatementSyntax body)
    {
        if (body is BlockSyntax block)
        {
            CheckBlock(block);
        }
        else if (body is not (LocalDeclarationStatementSyntax or LocalFunctionStatementSyntax or LabeledStatementSyntax))
        {
            // Braces would make a declaration legal that is not.
            Put(body.SpanStart, "{" + Check);
            Put(body.Span.End, "}");
        }
    }

    private void CheckBlock(BlockSyntax? block)
    {
        if (block is not null)
        {
            Put(block.OpenBraceToken.Span.End, Check);
        }
    }

    private void CheckFunction(BlockSyntax? block, ArrowExpressionClauseSyntax? arrow, SyntaxToken end, TypeSyntax returnType, SyntaxTokenList modifiers)
    {
        CheckBlock(block);
        if (arrow is not null)
        {
            var start = arrow.Expression is ThrowExpressionSyntax || ReturnsNothing(returnType, modifiers) ? "" : "return ";
            edits.Add((arrow.ArrowToken.Span, $"{{{Check}{start}"));
            Put(end.Span.End, "}");
        }
    }

    private static bool ReturnsNothing(TypeSyntax type, SyntaxTokenList modifiers) => type switch
    {
        PredefinedTypeSyntax predefined => predefined.Keyword.IsKind(SyntaxKind.VoidKeyword),
        IdentifierNameSyntax { Identifier.ValueText: "Task" or "ValueTask" } => modifiers.Any(SyntaxKind.AsyncKeyword),
        QualifiedNameSyntax { Right: var name } => ReturnsNothing(name, modifiers),
        _ => false,
    };

    /// <summary>An exception must not leave such a function.</summary>
    private static bool IsCalledByNativeCode(SyntaxList<AttributeListSyntax> attributes) =>
        attributes.Any(list => list.ToString().Contains("UnmanagedCallersOnly", StringComparison.Ordinal));

    private void Put(int position, string text) => edits.Add((new TextSpan(position, 0), text));
}
