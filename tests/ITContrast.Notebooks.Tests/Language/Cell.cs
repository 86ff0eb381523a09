using System.Reflection;
using ITContrast.Notebooks.Language;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ITContrast.Notebooks.Tests.Language;

/// <summary>A cell after another, as compilations; a <c>|</c> in the source is the cursor.</summary>
internal static class Cell
{
    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetDirectoryName(p) == Path.GetDirectoryName(typeof(object).Assembly.Location) || p == typeof(CSharpMask).Assembly.Location)
            .Select(p => MetadataReference.CreateFromFile(p))];

    public static CSharpCompilation Compile(string code, CSharpCompilation? before = null) => CSharpCompilation.CreateScriptCompilation(
        "Test", CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Latest, kind: SourceCodeKind.Script)), References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, usings: ["System", "System.Linq", "System.Collections.Generic"]),
        before,
        typeof(object));

    public static (Completions Found, string Code) Complete(string marked, string before = "")
    {
        var (code, at) = Cursor(marked);
        var compilation = Compile(code, Compile(before));
        return (CSharpCompletion.At(compilation, compilation.SyntaxTrees[0], at), code);
    }

    public static string[] Names(string marked, string before = "") => [.. Complete(marked, before).Found.Items.Select(i => i.Text)];

    public static Inspection? Inspect(string marked, string before = "")
    {
        var (code, at) = Cursor(marked);
        var compilation = Compile(code, Compile(before));
        return CSharpInspection.At(compilation, compilation.SyntaxTrees[0], at);
    }

    public static LanguageService Service(string before = "") => new(code => Compile(code, Compile(before)));

    public static (string Code, int At) Cursor(string marked)
    {
        var at = marked.IndexOf('|', StringComparison.Ordinal);
        return (marked.Remove(at, 1), at);
    }
}
