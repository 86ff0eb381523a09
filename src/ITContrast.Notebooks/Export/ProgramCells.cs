using ITContrast.Notebooks.Packages;
using ITContrast.Notebooks.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ITContrast.Notebooks.Export;

/// <summary>How a cell ends.</summary>
internal enum CellEnd
{
    /// <summary>In a statement, or in an expression without a value: nothing is shown.</summary>
    Silent,

    /// <summary>In an expression whose value is shown.</summary>
    Value,

    /// <summary>In a call of something that is not at hand: it may return a value or not.</summary>
    Unknown,
}

/// <summary>The C# of a notebook's cells, bound as the engine binds it, each cell after those before it; nothing is run.</summary>
/// <param name="folder">The notebook's folder, from which <c>#load</c> and <c>#r</c> start.</param>
internal sealed class ProgramCells(string folder)
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);
    private readonly ScriptChain chain = new();

    /// <summary>What the cells' <c>#r</c> lines name.</summary>
    public List<ReferenceDirective> References { get; } = [];

    /// <summary>Takes in a part of a cell; what it loads comes before it.</summary>
    /// <exception cref="NotebookException">A file that it loads is not there.</exception>
    public IEnumerable<(string Comment, SemanticModel? Code)> Add(string code) => Add(code, folder);

    /// <summary>What becomes of the cell's last expression.</summary>
    public static CellEnd EndOf(SemanticModel cell)
    {
        if (
            ((CompilationUnitSyntax)cell.SyntaxTree.GetRoot()).Members.LastOrDefault()
            is not GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } end })
        {
            return CellEnd.Silent;
        }
        var type = cell.GetTypeInfo(end.Expression).Type;
        return type is { SpecialType: SpecialType.System_Void }
            || end.Expression is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "display" } }
                ? CellEnd.Silent
            : type is { TypeKind: TypeKind.Error } && end.Expression is InvocationExpressionSyntax ? CellEnd.Unknown
            : CellEnd.Value;
    }

    private List<(string Comment, SemanticModel? Code)> Add(string code, string from)
    {
        var pieces = new List<(string, SemanticModel?)>();
        var directives = Directives.Of(code);
        foreach (var reference in directives.References)
        {
            References.Add(reference);
            Refer(reference, from);
        }
        var tree = CSharpSyntaxTree.ParseText(directives.Code, Parsing);
        var loads = tree.GetCompilationUnitRoot().GetLoadDirectives();
        foreach (var load in loads)
        {
            var path = Path.GetFullPath(load.File.ValueText, from);
            if (!File.Exists(path))
            {
                throw new NotebookException($"#load \"{load.File.ValueText}\": {path} does not exist; write its path from the notebook's folder.");
            }
            pieces.Add(($"// {load.File.ValueText}\n", null));
            pieces.AddRange(Add(File.ReadAllText(path), Path.GetDirectoryName(path)!));
        }
        var compilation = chain.Continue(tree.GetText().WithChanges(loads.Select(load => new TextChange(load.Span, ""))).ToString());
        // Nothing continues a cell with errors, such as one whose package is not at hand: its text is taken as it is, and what it declares is unknown to later
        // ones.
        if (ScriptChain.Errors(compilation).Count == 0)
        {
            chain.Advance(compilation);
        }
        pieces.Add(("", compilation.GetSemanticModel(compilation.SyntaxTrees[0])));
        return pieces;
    }

    /// <summary>What is at hand is bound against; a package that would have to be restored is not.</summary>
    private void Refer(ReferenceDirective reference, string from)
    {
        var files = reference.Package is { } package ? HostLibrary.Find(package) : [Path.GetFullPath(reference.File!, from)];
        foreach (var file in files.Where(File.Exists))
        {
            chain.References.AddAsked(file);
        }
    }
}
