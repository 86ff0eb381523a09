using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ITContrast.Notebooks.Report;

/// <summary>C# as HTML with keywords, strings, numbers and comments marked, by the compiler's own lexer.</summary>
internal static class CodeHtml
{
    /// <summary>The escaped, marked-up code.</summary>
    public static string Of(string code)
    {
        var html = new StringBuilder();
        foreach (var token in CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(kind: SourceCodeKind.Script)).GetRoot().DescendantTokens())
        {
            Trivia(token.LeadingTrivia, html);
            Mark(token.IsKeyword() || SyntaxFacts.IsContextualKeyword(token.Kind()) ? "k" : Kind(token.Kind()), token.Text, html);
            Trivia(token.TrailingTrivia, html);
        }
        return html.ToString();
    }

    private static string? Kind(SyntaxKind kind) => kind switch
    {
        SyntaxKind.NumericLiteralToken => "n",
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.InterpolatedStringStartToken
            or SyntaxKind.InterpolatedStringEndToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
            or SyntaxKind.InterpolatedSingleLineRawStringStartToken
            or SyntaxKind.InterpolatedMultiLineRawStringStartToken
            or SyntaxKind.InterpolatedRawStringEndToken
            or SyntaxKind.InterpolatedVerbatimStringStartToken => "s",
        _ => null,
    };

    private static void Trivia(SyntaxTriviaList list, StringBuilder html)
    {
        foreach (var trivia in list)
        {
            var comment =
                trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)
                || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia)
                || trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia);
            Mark(comment ? "c" : trivia.IsDirective ? "d" : null, trivia.ToFullString(), html);
        }
    }

    private static void Mark(string? kind, string text, StringBuilder html)
    {
        if (text.Length > 0)
        {
            html.Append(kind is null ? WebUtility.HtmlEncode(text) : $"<span class=\"{kind}\">{WebUtility.HtmlEncode(text)}</span>");
        }
    }
}
