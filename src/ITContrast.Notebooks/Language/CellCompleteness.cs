using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ITContrast.Notebooks.Language;

/// <summary>Whether a console should run what was typed or ask for more lines.</summary>
public static class CellCompleteness
{
    private const int IndentWidth = 4;

    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    /// <summary>Judges a cell by its syntax alone.</summary>
    /// <param name="code">The cell's source.</param>
    /// <returns>
    /// <c>complete</c>, <c>incomplete</c> (more lines can make it whole) or <c>invalid</c> (none can), as Jupyter's
    /// <c>is_complete_reply</c> has them, and the white space that the next line of an incomplete cell begins with.
    /// </returns>
    public static (string Status, string Indent) Of(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(CSharpMask.Apply(code), Script);
        if (!SyntaxFactory.IsCompleteSubmission(tree))
        {
            return ("incomplete", new string(' ', IndentWidth * Depth(tree)));
        }

        return (tree.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error) ? "invalid" : "complete", "");
    }

    // Braces opened and not closed again.
    private static int Depth(SyntaxTree tree) => Math.Max(0, tree.GetRoot().DescendantTokens()
        .Where(token => !token.IsMissing)
        .Sum(token => token.Kind() switch { SyntaxKind.OpenBraceToken => 1, SyntaxKind.CloseBraceToken => -1, _ => 0 }));
}
