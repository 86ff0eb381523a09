using FSharp.Compiler.Diagnostics;
using FSharp.Compiler.Interactive;
using ITContrast.Notebooks.Display;
using ITContrast.Notebooks.Worker;
using Microsoft.FSharp.Control;
using Microsoft.FSharp.Core;

namespace ITContrast.Notebooks.Magics;

/// <summary><c>#!fsharp</c> cells, on F#'s own interactive session. Created at the first of them, because it takes seconds.</summary>
internal sealed class FSharpLanguage : IPolyglot
{
    private readonly Shell.FsiEvaluationSession session;

    public FSharpLanguage(IEnumerable<string> references)
    {
        var configuration = Shell.FsiEvaluationSession.GetDefaultConfiguration();
        string[] arguments = ["fsi", "--noninteractive", "--nologo", "--quiet", "--gui-", "--targetprofile:netcore", .. references.Select(path => $"-r:{path}")];
        session = Shell.FsiEvaluationSession.Create(configuration, arguments, TextReader.Null, TextWriter.Null, TextWriter.Null,
            FSharpOption<bool>.Some(false), null);
    }

    /// <inheritdoc/>
    public void Run(CellPart part)
    {
        var (result, diagnostics) = session.EvalInteractionNonThrowing(part.Text, FSharpOption<CancellationToken>.Some(Cells.Notebook.Cancellation));
        var errors = diagnostics.Where(diagnostic => diagnostic.Severity.IsError).ToList();
        if (errors.Count > 0)
        {
            var source = part.Text.Split('\n');
            throw new CellFailure("CompileError", errors[0].Message, [.. errors.SelectMany(error => Lines(error, source))]);
        }
        if (result is FSharpChoice<FSharpOption<Shell.FsiValue>, Exception>.Choice2Of2 failed)
        {
            throw failed.Item;
        }
        if (result is FSharpChoice<FSharpOption<Shell.FsiValue>, Exception>.Choice1Of2 { Item: { } value } && value.Value.ReflectionType != typeof(Unit))
        {
            DisplayHub.Show(MimeBundle.Of(value.Value.ReflectionValue));
        }
    }

    /// <inheritdoc/>
    public bool TryGet(string name, out object? value)
    {
        var found = session.TryFindBoundValue(name);
        value = found?.Value.Value.ReflectionValue;
        return found is not null;
    }

    /// <inheritdoc/>
    public void Set(string name, object? value) => session.AddBoundValue(name, value ?? throw new NotebookException($"{name} is null, which F# cannot take as a value of some type."));

    private static IEnumerable<string> Lines(FSharpDiagnostic error, string[] source)
    {
        yield return $"line {error.StartLine}: error FS{error.ErrorNumber:0000}: {error.Message}";
        if (error.StartLine >= 1 && error.StartLine <= source.Length)
        {
            var width = error.EndLine == error.StartLine ? Math.Max(1, error.EndColumn - error.StartColumn) : 1;
            yield return $"{error.StartLine,4} | {source[error.StartLine - 1]}";
            yield return $"     | {new string(' ', error.StartColumn)}{new string('^', width)}";
        }
    }
}
