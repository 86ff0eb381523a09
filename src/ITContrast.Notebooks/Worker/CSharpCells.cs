using ITContrast.Notebooks.Magics;
using ITContrast.Notebooks.Packages;

namespace ITContrast.Notebooks.Worker;

/// <summary>What a C# part resulted in.</summary>
/// <param name="HasValue">Whether it ends in an expression whose value is shown.</param>
/// <param name="Value">That value.</param>
internal readonly record struct CSharpResult(bool HasValue, object? Value);

/// <summary>Compiles C# off the cells' thread and runs it on it.</summary>
internal sealed class CSharpCells
{
    private readonly CellThread thread;
    private readonly ReferenceLoader packages;
    private readonly Dictionary<string, string> sources = [];

    public CSharpCells(CellThread thread)
    {
        this.thread = thread;
        packages = new ReferenceLoader(Chain.References);
    }

    /// <summary>The C# cells run so far.</summary>
    public ScriptChain Chain { get; } = new();

    /// <summary>Keeps a cell's text, so that errors can show its lines.</summary>
    public void Remember(string path, string code) => sources[path] = code.ReplaceLineEndings("\n");

    /// <summary>The text behind a path in an error: a cell's, or a loaded file's; null where the path is neither.</summary>
    public string? SourceOf(string path) => sources.TryGetValue(path, out var code) ? code
        : path.EndsWith(".csx", StringComparison.OrdinalIgnoreCase) && File.Exists(path) ? File.ReadAllText(path) : null;

    /// <summary>A type as cells can name it from now on; <c>dynamic</c> where C# source has no name for it.</summary>
    public string NameOf(Type type)
    {
        var name = CSharpName.Of(type);
        if (name == "object" && type != typeof(object))
        {
            return "dynamic";
        }
        foreach (var assembly in CSharpName.Assemblies(type))
        {
            Chain.References.Need(assembly);
        }
        return name;
    }

    /// <summary>Runs one part.</summary>
    /// <param name="code">C#, <c>#r</c> and <c>#load</c> lines included.</param>
    /// <param name="path">The cell's name in errors.</param>
    /// <param name="cancellation">Stops restoring, compiling and running.</param>
    /// <exception cref="CellFailure">It does not compile.</exception>
    public async Task<CSharpResult> RunAsync(string code, string path, CellCancellation cancellation)
    {
        var directives = Directives.Of(code);
        foreach (var reference in directives.References)
        {
            await packages.AddAsync(reference, cancellation.Observed).ConfigureAwait(false);
        }
        var compilation = Chain.Continue(directives.Code, path, stoppable: true);
        var entry = Chain.Load(compilation, out var errors, cancellation.Observed);
        if (entry is null)
        {
            // The text as its author wrote it tells the errors with their columns; should only the checks be at fault, it runs without.
            compilation = Chain.Continue(directives.Code, path);
            entry = Chain.Load(compilation, out errors, cancellation.Observed);
        }
        if (entry is null)
        {
            var error = CellError.Of(errors, SourceOf);
            throw new CellFailure(error.Name, error.Value, error.Traceback);
        }
        try
        {
            var value = await thread.RunAsync(entry, cancellation).ConfigureAwait(false);
            return new CSharpResult(ScriptChain.HasResult(compilation, path), value);
        }
        finally
        {
            // A cell that threw is kept too: what it had declared stays visible.
            Chain.Advance(compilation);
        }
    }
}
