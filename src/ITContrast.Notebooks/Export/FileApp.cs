using System.Text;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Magics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ITContrast.Notebooks.Export;

/// <summary>
/// A notebook as a C# file that <c>dotnet run</c> takes, in percent cells. <c>#r "nuget: …"</c> becomes <c>#:package</c> (or <c>#:project</c>,
/// where the package's project is at hand), usings go to the top, type declarations to the end (a program's order), shown values are
/// printed as text, and other languages stay as comments.
/// </summary>
public static class FileApp
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    // Settings of a folder above the file, such as a checkout's, are made for its own projects.
    private static readonly string[] Properties = ["PublishAot=false", "Nullable=annotations", "TreatWarningsAsErrors=false", "ManagePackageVersionsCentrally=false", "RestorePackagesWithLockFile=false"];

    /// <summary>The file's text.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="projectOf">The project of a package, as the file will name it; null for a package that is to be restored.</param>
    public static string Of(NotebookFile notebook, Func<string, string?>? projectOf = null)
    {
        var packages = new List<string>();
        var usings = new SortedSet<string>(StringComparer.Ordinal) { "using System.Collections;", "using System.Text;", "using static CellFunctions;" };
        var types = new StringBuilder();
        var body = new StringBuilder();
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
                packages.AddRange(root.GetReferenceDirectives().Select(directive => Reference(directive.File.ValueText, projectOf)));
                usings.UnionWith(root.Usings.Select(line => line.WithoutTrivia().ToString()));
                Body(root, body, types);
            }
        }
        return Assemble(notebook.Title, packages, usings, body, types);
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="NotebookException">It cannot be written.</exception>
    public static void Write(NotebookFile notebook, string path, Func<string, string?>? projectOf = null) => AtomicFile.Write(path, Of(notebook, projectOf));

    private static string Assemble(string title, List<string> packages, SortedSet<string> usings, StringBuilder body, StringBuilder types)
    {
        var file = new StringBuilder("#!/usr/bin/env dotnet\n");
        foreach (var directive in packages.Concat(Properties.Select(property => $"#:property {property}")).Distinct())
        {
            file.Append(directive).Append('\n');
        }
        return file.Append($"\n// {title}\n\n").AppendJoin('\n', usings).Append('\n').Append(body).Append(types).Append(Functions).ToString();
    }

    /// <summary>Writes statements and functions to <paramref name="body"/>, types to <paramref name="types"/>.</summary>
    private static void Body(CompilationUnitSyntax root, StringBuilder body, StringBuilder types)
    {
        foreach (var member in root.Members)
        {
            if (member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
            {
                types.Append('\n').Append(member.ToFullString().Trim()).Append('\n');
            }
            else if (member is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } end })
            {
                body.Append(Text(end.GetLeadingTrivia())).Append(Shown(end.Expression.WithoutTrivia())).Append('\n');
            }
            else
            {
                // A script's declaration may carry "public", a program's statement may not.
                var text = member is FieldDeclarationSyntax field ? Text(field.GetLeadingTrivia()) + field.Declaration.WithoutLeadingTrivia() + ";" + Text(field.GetTrailingTrivia())
                    : Text(member.GetLeadingTrivia()) + member.WithoutLeadingTrivia().ToFullString();
                body.Append(text.TrimEnd()).Append('\n');
            }
        }
    }

    /// <summary>Whether a call returns anything is not known here: the compiler chooses between <c>show</c>'s two forms.</summary>
    private static string Shown(ExpressionSyntax last) => last switch
    {
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "display" } } => $"{last};",
        InvocationExpressionSyntax => $"show(() => {last});",
        _ => $"display({last});",
    };

    private static string Text(SyntaxTriviaList trivia) =>
        string.Concat(trivia.Where(one => !one.IsDirective && !one.IsKind(SyntaxKind.SkippedTokensTrivia)).Select(one => one.ToFullString())).TrimStart('\n', '\r');

    private static string Reference(string text, Func<string, string?>? projectOf)
    {
        var directive = Packages.ReferenceDirective.Parse(text);
        return directive.Package is { } known && projectOf?.Invoke(known) is { } project ? $"#:project {project}"
            : directive.Package is { } package ? $"#:package {package}@{directive.Version ?? "*"}" : $"#:property Reference={directive.File}";
    }

    private static string Commented(string text) => string.Concat(text.Split('\n').Select(line => line.Length == 0 ? "//\n" : $"// {line}\n"));

    /// <summary>What cells call without a prefix and a plain program lacks.</summary>
    private const string Functions = """

        static class CellFunctions
        {
            public static Shown display(object? value, params string[] mimeTypes)
            {
                Console.WriteLine(Text(value));
                return new();
            }

            public static void show(Action act) => act();

            public static void show<T>(Func<T> value) => display(value());

            public static string HTML(string markup) => markup;

            public static Shown Display(this object? value) => display(value);

            public static Shown DisplayAs(this string text, string mimeType) => display(text, mimeType);

            private static string Text(object? value) => value switch
            {
                null => "null",
                string text => text,
                _ when value.GetType().GetMethod("ToMimeBundle", Type.EmptyTypes)?.Invoke(value, null) is IReadOnlyDictionary<string, string> forms
                    && forms.TryGetValue("text/plain", out var plain) => plain,
                IEnumerable items => string.Join("\n", items.Cast<object?>().Take(20).Select(Text)),
                _ => value.ToString() ?? "",
            };
        }

        sealed class Shown
        {
            public void Update(object? value) => display(value);
        }

        static class Notebook
        {
            public static CancellationToken Cancellation => CancellationToken.None;

            public static string Folder => Environment.CurrentDirectory;

            public static Task Delay(TimeSpan duration) => Task.Delay(duration);
        }

        """;
}
