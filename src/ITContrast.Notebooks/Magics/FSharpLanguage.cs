using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using FSharp.Compiler.Diagnostics;
using FSharp.Compiler.Interactive;
using ITContrast.Notebooks.Display;
using ITContrast.Notebooks.Worker;
using Microsoft.FSharp.Control;
using Microsoft.FSharp.Core;

namespace ITContrast.Notebooks.Magics;

/// <summary><c>#!fsharp</c> cells, on F#'s own interactive session. Created at the first of them, because it takes seconds.</summary>
internal sealed partial class FSharpLanguage : IPolyglot
{
    private const int ValueRestriction = 30;
    private readonly Shell.FsiEvaluationSession session;

    public FSharpLanguage(IEnumerable<string> references)
    {
        var configuration = Shell.FsiEvaluationSession.GetDefaultConfiguration();
        string[] arguments =
        [
            "fsi", "--noninteractive", "--nologo", "--quiet", "--gui-", "--targetprofile:netcore",
            .. references.Select(path => $"-r:{path}"),
        ];
        session = Shell.FsiEvaluationSession.Create(configuration, arguments, TextReader.Null, TextWriter.Null, TextWriter.Null,
            FSharpOption<bool>.Some(false), null);
    }

    /// <inheritdoc/>
    public void Run(CellPart part)
    {
        var (declarations, expression) = Divide(part.Text);
        if (declarations.Trim().Length > 0)
        {
            var (result, diagnostics) = session.EvalInteractionNonThrowing(declarations, FSharpOption<CancellationToken>.Some(Cells.Notebook.Cancellation));
            Check(diagnostics, part.Text);
            if (result is FSharpChoice<FSharpOption<Shell.FsiValue>, Exception>.Choice2Of2 failed)
            {
                throw failed.Item;
            }
        }
        if (expression is not null)
        {
            var (result, diagnostics) = session.EvalExpressionNonThrowing(expression);
            if (diagnostics.Any(diagnostic => diagnostic.ErrorNumber == ValueRestriction) && AsObject(expression) is { } thrown)
            {
                throw thrown;
            }
            Check(diagnostics, part.Text);
            switch (result)
            {
                case FSharpChoice<FSharpOption<Shell.FsiValue>, Exception>.Choice2Of2 failed:
                    throw failed.Item;
                case FSharpChoice<FSharpOption<Shell.FsiValue>, Exception>.Choice1Of2 { Item: { } value } when value.Value.ReflectionType != typeof(Unit):
                    DisplayHub.Show(MimeBundle.Of(value.Value.ReflectionValue));
                    break;
            }
        }
    }

    /// <summary>What is of any type, such as <c>failwith "…"</c>, is no value that F# could keep; as an object it runs.</summary>
    /// <returns>What it threw; null where it is none that throws.</returns>
    private Exception? AsObject(string expression)
    {
        var (result, _) = session.EvalInteractionNonThrowing(
            $"let it : obj =\n {expression.Trim('\n').Replace("\n", "\n ", StringComparison.Ordinal)}", FSharpOption<CancellationToken>.None);
        return result is FSharpChoice<FSharpOption<Shell.FsiValue>, Exception>.Choice2Of2 { Item: not Shell.FsiCompilationException and var thrown }
            ? thrown
            : null;
    }

    /// <summary>Divides a cell into its declarations and a last expression, whose value is shown; null where it ends in a declaration.</summary>
    internal static (string Declarations, string? Expression) Divide(string text)
    {
        var lines = text.Split('\n');
        var last = Array.FindLastIndex(lines, line => line.Length > 0 && !char.IsWhiteSpace(line[0]) && !line.StartsWith("|>", StringComparison.Ordinal)
            && !line.StartsWith("//", StringComparison.Ordinal) && line[0] is not (')' or ']' or '}'));
        if (last < 0 || Declaration().IsMatch(lines[last]))
        {
            return (text, null);
        }
        // Empty lines above the expression keep its line numbers.
        return (string.Join('\n', lines[..last]), new string('\n', last) + string.Join('\n', lines[last..]));
    }

    private static void Check(FSharpDiagnostic[] diagnostics, string text)
    {
        var errors = diagnostics.Where(diagnostic => diagnostic.Severity.IsError).ToList();
        if (errors.Count > 0)
        {
            var source = text.Split('\n');
            throw new CellFailure("CompileError", Message(errors[0]), [.. errors.SelectMany(error => Lines(error, source))]);
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
    public void Set(string name, object? value)
    {
        // F#'s own int is not the System.Int32 that a bound value brings along: plain values are written as F# source instead.
        if (Literal(value) is { } literal)
        {
            var (_, diagnostics) = session.EvalInteractionNonThrowing($"let {name} = {literal}", FSharpOption<CancellationToken>.None);
            Check(diagnostics, literal);
            return;
        }
        if (value is null)
        {
            throw new NotebookException($"{name} is null, which F# cannot take as a value of some type.");
        }
        if (
            CSharpName
                .Parts(value.GetType())
                .Any(type =>
                    type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && type.Name.Contains("AnonymousType", StringComparison.Ordinal)))
        {
            throw new NotebookException(
                $"{name} is {(value is System.Collections.IEnumerable ? "a sequence of an anonymous type" : "of an anonymous type")}, which has no name in F#; use a record, declared in a C# cell: record Row(string Name, double Score);"
            );
        }
        session.AddBoundValue(name, value);
    }

    private static string? Literal(object? value) => value switch
    {
        int number => $"({number.ToString(CultureInfo.InvariantCulture)})",
        long number => $"({number.ToString(CultureInfo.InvariantCulture)}L)",
        double number when double.IsFinite(number) => $"(float ({number.ToString("E17", CultureInfo.InvariantCulture)}))",
        bool flag => flag ? "true" : "false",
        string text =>
            $"(System.Text.Encoding.UTF8.GetString(System.Convert.FromBase64String(\"{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))}\")))",
        _ => null,
    };

    /// <summary>The compiler lays its messages out over several lines.</summary>
    private static string Message(FSharpDiagnostic error) => Spaces().Replace(error.Message.Trim(), " ");

    private static IEnumerable<string> Lines(FSharpDiagnostic error, string[] source)
    {
        yield return $"line {error.StartLine}: error FS{error.ErrorNumber:0000}: {Message(error)}";
        if (error.StartLine >= 1 && error.StartLine <= source.Length)
        {
            var width = error.EndLine == error.StartLine ? Math.Max(1, error.EndColumn - error.StartColumn) : 1;
            yield return $"{error.StartLine,4} | {source[error.StartLine - 1]}";
            yield return $"     | {new string(' ', error.StartColumn)}{new string('^', width)}";
        }
    }

    [GeneratedRegex(@"\s+")] private static partial Regex Spaces();
    [GeneratedRegex(@"^(let|open|type|module|and|use|exception|extern|namespace|do|#|\[<|\||;;)")] private static partial Regex Declaration();
}
