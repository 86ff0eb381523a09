using System.Text;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Magics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ITContrast.Notebooks.Export;

/// <summary>
/// A notebook as a C# file that <c>dotnet run</c> takes, in percent cells. <c>#r "nuget: …"</c> becomes <c>#:package</c>, usings go to the top,
/// type declarations to the end (a program's order), shown values are printed, and other languages stay as comments.
/// </summary>
public static class FileApp
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    /// <summary>The file's text.</summary>
    public static string Of(NotebookFile notebook)
    {
        var packages = new List<string>();
        var usings = new SortedSet<string>(StringComparer.Ordinal) { "using System.Text;" };
        var types = new StringBuilder();
        var body = new StringBuilder();
        var shows = false;
        foreach (var cell in notebook.Cells)
        {
            if (!cell.IsCode)
            {
                body.Append("\n// %% [markdown]\n").Append(Commented(cell.Source));
                continue;
            }
            if (cell.Source.Trim().Length == 0)
            {
                continue;
            }
            body.Append("\n// %%\n");
            foreach (var part in CellParts.Of(cell.Source).Parts)
            {
                if (part.Kind != CellParts.Default)
                {
                    body.Append(Commented($"#!{part.Kind} {string.Join(' ', part.Arguments)}\n{part.Text.Trim('\n')}"));
                    continue;
                }
                var root = CSharpSyntaxTree.ParseText(part.Text, Parsing).GetCompilationUnitRoot();
                packages.AddRange(root.GetReferenceDirectives().Select(directive => Reference(directive.File.ValueText)));
                usings.UnionWith(root.Usings.Select(line => line.WithoutTrivia().ToString()));
                shows |= Body(root, body, types);
            }
        }
        return Assemble(notebook.Title, packages, usings, body, types, shows);
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="NotebookException">It cannot be written.</exception>
    public static void Write(NotebookFile notebook, string path) => AtomicFile.Write(path, Of(notebook));

    private static string Assemble(string title, List<string> packages, SortedSet<string> usings, StringBuilder body, StringBuilder types, bool shows)
    {
        var file = new StringBuilder("#!/usr/bin/env dotnet\n");
        foreach (var package in packages.Distinct())
        {
            file.Append(package).Append('\n');
        }
        file.Append($"\n// {title}\n\n").AppendJoin('\n', usings).Append('\n').Append(body);
        if (shows || body.ToString().Contains("display(", StringComparison.Ordinal))
        {
            file.Append("""


                static void display(object? value) => Console.WriteLine(value switch
                {
                    null => "<null>",
                    string text => text,
                    System.Collections.IEnumerable items => string.Join("\n", items.Cast<object?>().Take(20)),
                    _ => value.ToString(),
                });

                """);
        }
        return file.Append(types).ToString();
    }

    /// <summary>Writes statements and functions to <paramref name="body"/>, types to <paramref name="types"/>; whether a value is shown.</summary>
    private static bool Body(CompilationUnitSyntax root, StringBuilder body, StringBuilder types)
    {
        var shows = false;
        foreach (var member in root.Members)
        {
            if (member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
            {
                types.Append('\n').Append(member.ToFullString().Trim()).Append('\n');
            }
            else if (member is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } end })
            {
                body.Append(Text(end.GetLeadingTrivia())).Append($"display({end.Expression.WithoutTrivia()});\n");
                shows = true;
            }
            else
            {
                // A script's declaration may carry "public", a program's statement may not.
                var text = member is FieldDeclarationSyntax field ? Text(field.GetLeadingTrivia()) + field.Declaration.WithoutLeadingTrivia() + ";" + Text(field.GetTrailingTrivia())
                    : Text(member.GetLeadingTrivia()) + member.WithoutLeadingTrivia().ToFullString();
                body.Append(text.TrimEnd()).Append('\n');
            }
        }
        return shows;
    }

    private static string Text(SyntaxTriviaList trivia) =>
        string.Concat(trivia.Where(one => !one.IsDirective && !one.IsKind(SyntaxKind.SkippedTokensTrivia)).Select(one => one.ToFullString())).TrimStart('\n', '\r');

    private static string Reference(string text)
    {
        var directive = Packages.ReferenceDirective.Parse(text);
        return directive.Package is { } package ? $"#:package {package}@{directive.Version ?? "*"}" : $"#:property Reference={directive.File}";
    }

    private static string Commented(string text) => string.Concat(text.Split('\n').Select(line => line.Length == 0 ? "//\n" : $"// {line}\n"));
}
