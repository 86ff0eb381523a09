using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;

namespace ITContrast.Notebooks.Worker;

/// <summary>A cell's failure as its author should read it: the cell, the line, the line's text underlined, the engine's own frames cut.</summary>
/// <param name="Name">The exception's type, or <c>CompileError</c>.</param>
/// <param name="Value">The message in one line.</param>
/// <param name="Traceback">What is shown.</param>
internal sealed record CellError(string Name, string Value, IReadOnlyList<string> Traceback)
{
    private const int MaxErrors = 10;

    /// <summary>The content of an <c>error</c> message.</summary>
    public JsonObject ToContent() => new()
    {
        ["ename"] = Name,
        ["evalue"] = Value,
        ["traceback"] = new JsonArray([.. Traceback.Select(line => (JsonNode)line)]),
    };

    /// <summary>The compiler's errors, each with its line and a mark under the offending text.</summary>
    public static CellError Of(IReadOnlyList<Diagnostic> errors, Func<string, string?> sourceOf)
    {
        var lines = new List<string>();
        foreach (var error in errors.Take(MaxErrors))
        {
            var span = error.Location.GetLineSpan();
            var (start, end) = (span.StartLinePosition, span.EndLinePosition);
            lines.Add($"{Place(span.Path, start.Line)}: error {error.Id}: {error.GetMessage()}");
            lines.AddRange(Underlined(sourceOf(span.Path), start.Line, start.Character, end.Line == start.Line ? end.Character : int.MaxValue));
        }
        if (errors.Count > MaxErrors)
        {
            lines.Add($"… and {errors.Count - MaxErrors} more errors");
        }
        return new CellError("CompileError", $"{errors[0].Id}: {errors[0].GetMessage()}", lines);
    }

    /// <summary>An exception with the frames of cells and libraries, and the line of the innermost cell frame underlined.</summary>
    public static CellError Of(Exception exception, Func<string, string?> sourceOf)
    {
        if (exception is TargetInvocationException or AggregateException { InnerExceptions.Count: 1 } && exception.InnerException is { } inner)
        {
            return Of(inner, sourceOf);
        }
        var lines = new List<string>();
        for (var e = exception; e is not null; e = e.InnerException)
        {
            lines.Add((e == exception ? "" : "caused by ") + $"{e.GetType().Name}: {e.Message}");
            AddFrames(lines, e, sourceOf);
        }
        return new CellError(exception.GetType().Name, exception.Message, lines);
    }

    private static void AddFrames(List<string> lines, Exception exception, Func<string, string?> sourceOf)
    {
        var underlined = false;
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            var method = frame.GetMethod();
            var file = CellPath(frame.GetFileName() ?? "");
            var fromCell = sourceOf(file) is not null;
            if (!fromCell && IsEngine(method))
            {
                continue;
            }
            if (fromCell)
            {
                lines.Add($"   at {Place(file, frame.GetFileLineNumber() - 1)}{InMethod(method)}");
                if (!underlined)
                {
                    lines.AddRange(Underlined(sourceOf(file), frame.GetFileLineNumber() - 1, -1, int.MaxValue));
                    underlined = true;
                }
            }
            else
            {
                var place = file.Length > 0 ? $" in {Path.GetFileName(file)}, line {frame.GetFileLineNumber()}" : "";
                lines.Add($"   at {Readable(method)}{place}");
            }
        }
    }

    /// <summary>The compiler makes paths absolute; a cell's name is no file.</summary>
    private static string CellPath(string file) =>
        Path.GetFileName(file) is var name && name.StartsWith("Cell [", StringComparison.Ordinal) ? name : file;

    private static bool IsEngine(MethodBase? method)
    {
        var type = method?.DeclaringType;
        var space = type?.Namespace ?? "";
        return type is null || space == "System.Runtime.CompilerServices" || space == "System.Runtime" || space == "System.Runtime.ExceptionServices"
            || type.Assembly == typeof(CellError).Assembly || (type == typeof(Task) || type.BaseType == typeof(Task));
    }

    private static string Place(string path, int line) => $"{(path.Length == 0 ? "Cell" : path)}, line {line + 1}";

    /// <summary>A method that the cell declares, by name; the cell's own top level, which the compiler names <c>&lt;Initialize&gt;</c>, by nothing.</summary>
    private static string InMethod(MethodBase? method)
    {
        var name = Readable(method);
        return
            name.Contains("<<Initialize>>", StringComparison.Ordinal)
            || name.EndsWith(".<Initialize>", StringComparison.Ordinal)
            || name.Contains("<Factory>", StringComparison.Ordinal)
            ? ""
            : $", in {(name.StartsWith("Script.", StringComparison.Ordinal) ? name["Script.".Length..] : name)}";
    }

    private static string Readable(MethodBase? method)
    {
        if (method is null)
        {
            return "?";
        }
        var type = method.DeclaringType;
        // An async method's or iterator's frame is MoveNext of a nested type <Name>d__1: show Name of the type around it.
        if (
            method.Name == "MoveNext"
            && type is { IsNested: true }
            && type.Name.StartsWith('<')
            && type.Name.IndexOf(">d__", StringComparison.Ordinal) is > 0 and var end)
        {
            return $"{type.DeclaringType!.FullName!.Replace('+', '.')}.{type.Name[1..end]}";
        }
        return $"{type?.FullName?.Replace('+', '.')}.{method.Name}";
    }

    private static IEnumerable<string> Underlined(string? source, int line, int start, int end)
    {
        var lines = source?.Split('\n') ?? [];
        if (line < 0 || line >= lines.Length)
        {
            yield break;
        }
        var text = lines[line].TrimEnd().Replace('\t', ' ');
        if (start < 0)
        {
            start = text.Length - text.TrimStart().Length;
        }
        end = Math.Clamp(end, start + 1, Math.Max(text.Length, start + 1));
        var number = $"{line + 1,4} | ";
        yield return number + text;
        yield return new string(' ', number.Length - 2) + "| " + new string(' ', start) + new string('^', end - start);
    }
}
