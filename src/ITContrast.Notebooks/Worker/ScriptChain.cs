using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace ITContrast.Notebooks.Worker;

/// <summary>
/// The chain of C# submissions: each cell is compiled as the continuation of those before it, loaded into the default load context (so it
/// shares assembly instances and native libraries with the host program), and keeps its variables in one object per cell.
/// </summary>
internal sealed class ScriptChain
{
    private static readonly string[] Imports =
    [
        "System", "System.IO", "System.Text", "System.Collections", "System.Collections.Generic", "System.Linq", "System.Threading", "System.Threading.Tasks",
        "ITContrast.Notebooks.Cells", "ITContrast.Notebooks.Cells.CellFunctions",
    ];

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);
    // Assembly names are unique in the process: all cells live in one load context.
    private static int compiled;

    private readonly Lock gate = new();
    private CSharpCompilation? last;
    private object?[] states = new object?[2];

    /// <summary>What the next submission compiles against.</summary>
    public ScriptReferences References { get; } = new();

    /// <summary>The objects that hold the cells' variables as public fields, oldest first.</summary>
    public IEnumerable<object> States => states.Skip(1).OfType<object>();

    /// <summary>
    /// The compilation of <paramref name="code"/> as the next submission, after all cells that have run. It is not run and changes nothing:
    /// this is what completion and inspection ask. Without <c>#load</c>, its one syntax tree is the code's.
    /// </summary>
    /// <param name="code">C# without magics and <c>#r</c> lines.</param>
    /// <param name="path">The name that errors and stack frames give as the file.</param>
    /// <param name="stoppable">Put in the checks that let loops be stopped (<see cref="StopChecks"/>): for code that will run. Columns shift.</param>
    public CSharpCompilation Continue(string code, string path = "", bool stoppable = false)
    {
        lock (gate)
        {
            if (stoppable)
            {
                code = StopChecks.Insert(CSharpSyntaxTree.ParseText(code, Parsing));
            }
            var tree = CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), Parsing, path);
            // Nothing to run (a cell of #r or using lines alone) has no entry point; an empty statement gives it one.
            if (tree.GetCompilationUnitRoot().Members.Count == 0)
                tree = CSharpSyntaxTree.ParseText(SourceText.From(code + "\n;", Encoding.UTF8), Parsing, path);
            var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, usings: Imports,
                optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Annotations,
                metadataImportOptions: MetadataImportOptions.Public,
                sourceReferenceResolver: stoppable ? new StoppableSources(Parsing) : new SourceFileResolver([], Environment.CurrentDirectory),
                concurrentBuild: false);
            return CSharpCompilation.CreateScriptCompilation($"Cell{Interlocked.Increment(ref compiled)}", tree, References.All, options, last, typeof(object));
        }
    }

    /// <summary>The continuation's errors, in source order; empty where it compiles.</summary>
    public static IReadOnlyList<Diagnostic> Errors(CSharpCompilation compilation) =>
        [.. compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).OrderBy(d => d.Location.SourceSpan.Start)];

    /// <summary>Whether the submission ends in an expression with a value and without a semicolon: that value is shown.</summary>
    public static bool HasResult(CSharpCompilation compilation, string path)
    {
        var tree = compilation.SyntaxTrees.First(tree => tree.FilePath == path);
        return tree.GetCompilationUnitRoot().Members.LastOrDefault()
                is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } end }
            && compilation.GetSemanticModel(tree).GetTypeInfo(end.Expression).Type is not ({ SpecialType: SpecialType.System_Void } or null);
    }

    /// <summary>
    /// Compiles to an entry point, off the cells' thread. Calling the entry point runs the cell; <see cref="Advance"/> makes it the one that later cells
    /// continue.
    /// </summary>
    /// <returns>The entry point; null with errors.</returns>
    public Func<Task<object?>>? Load(CSharpCompilation compilation, out IReadOnlyList<Diagnostic> errors, CancellationToken cancellationToken)
    {
        using var pe = new MemoryStream();
        using var pdb = new MemoryStream();
        var emitted = compilation.Emit(
            pe, pdb, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb), cancellationToken: cancellationToken);
        errors = [.. emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).OrderBy(d => d.Location.SourceSpan.Start)];
        if (!emitted.Success)
        {
            return null;
        }
        (pe.Position, pdb.Position) = (0, 0);
        var assembly = AssemblyLoadContext.Default.LoadFromStream(pe, pdb);
        var entry = compilation.GetEntryPoint(cancellationToken)!;
        var method = assembly.GetType(entry.ContainingType.MetadataName, throwOnError: true)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        var run = method.CreateDelegate<Func<object?[], Task<object?>>>();
        return () => run(states);
    }

    /// <summary>Makes <paramref name="compilation"/> the last submission. A cell that threw is kept too: what it had declared stays visible.</summary>
    public void Advance(CSharpCompilation compilation)
    {
        lock (gate)
        {
            last = compilation;
            Array.Resize(ref states, states.Length + 1);
        }
    }
}
