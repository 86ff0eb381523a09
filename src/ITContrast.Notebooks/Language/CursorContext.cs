using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ITContrast.Notebooks.Language;

/// <summary>What stands around a cursor: the word it ends and, after a dot, the expression before it.</summary>
internal sealed class CursorContext
{
    private CursorContext(int start, int end, string prefix) => (Start, End, Prefix) = (start, end, prefix);

    /// <summary>Where the word begins.</summary>
    public int Start { get; }

    /// <summary>Where the word ends: at the cursor, or after the letters that follow it.</summary>
    public int End { get; }

    /// <summary>The word's part before the cursor; may be empty.</summary>
    public string Prefix { get; }

    /// <summary>The expression or name before the dot that the word follows; null without a dot.</summary>
    public ExpressionSyntax? Receiver { get; private init; }

    /// <summary>Whether the dot belongs to <c>?.</c>, so that members are those of the value and not of its nullable wrapper.</summary>
    public bool Conditional { get; private init; }

    /// <summary>The list of arguments that the word stands in; null outside of one.</summary>
    public BaseArgumentListSyntax? Arguments { get; private init; }

    /// <summary>The object initializer that the word begins a member of; null outside of one.</summary>
    public InitializerExpressionSyntax? Initializer { get; private init; }

    /// <summary>The context at a position; null inside a comment, a literal or a number, where no name fits.</summary>
    public static CursorContext? At(SyntaxTree tree, int position)
    {
        var text = tree.GetText().ToString();
        var start = position;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(text[start - 1]))
        {
            start--;
        }

        var end = position;
        while (end < text.Length && SyntaxFacts.IsIdentifierPartCharacter(text[end]))
        {
            end++;
        }

        var root = tree.GetRoot();
        var prefix = text[start..position];
        if ((prefix.Length > 0 && char.IsDigit(prefix[0])) || InText(root, position))
        {
            return null;
        }

        var left = start == 0 ? default : TokenBefore(root, start);
        var (receiver, conditional) = Before(left);
        return new CursorContext(start, end, prefix)
        {
            Receiver = receiver,
            Conditional = conditional,
            Arguments = left.IsKind(SyntaxKind.OpenParenToken) || left.IsKind(SyntaxKind.CommaToken) ? left.Parent as BaseArgumentListSyntax : null,
            Initializer = left.IsKind(SyntaxKind.OpenBraceToken) || left.IsKind(SyntaxKind.CommaToken)
                ? left.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax } braces ? braces : null
                : null,
        };
    }

    /// <summary>The last token that ends at or before a position.</summary>
    public static SyntaxToken TokenBefore(SyntaxNode root, int position)
    {
        var token = root.FindToken(Math.Min(position, root.FullSpan.End) is > 0 and var at ? at - 1 : 0);
        while (token != default && (token.Span.End > position || token.Span.IsEmpty))
        {
            token = token.GetPreviousToken();
        }

        return token;
    }

    // After the dot of a.b, A.B (as a type) or a?.b.
    private static (ExpressionSyntax?, bool) Before(SyntaxToken dot) => !dot.IsKind(SyntaxKind.DotToken) && !dot.IsKind(SyntaxKind.MinusGreaterThanToken)
        ? (null, false)
        : dot.Parent switch
        {
            MemberAccessExpressionSyntax access => (access.Expression, false),
            QualifiedNameSyntax name => (name.Left, false),
            MemberBindingExpressionSyntax binding => (binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression, true),
            _ => (null, false),
        };

    private static bool InText(SyntaxNode root, int position)
    {
        if (position == 0)
        {
            return false;
        }

        var trivia = root.FindTrivia(position - 1, findInsideTrivia: true);
        var comment = trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia or SyntaxKind.DisabledTextTrivia;
        if (comment)
        {
            // The end of a closed comment is outside of it; a line's comment reaches to the line's end.
            return trivia.Span.End > position || trivia.Span.End == position && !trivia.ToString().EndsWith("*/", StringComparison.Ordinal);
        }

        var token = root.FindToken(position - 1);
        return token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringTextToken
                or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.Utf8StringLiteralToken
            && token.SpanStart < position && (position < token.Span.End || token.ContainsDiagnostics || token.IsKind(SyntaxKind.InterpolatedStringTextToken));
    }
}
