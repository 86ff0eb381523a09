using System.Text.Json;
using ITContrast.Notebooks.Cells;
using ITContrast.Notebooks.Display;
using ITContrast.Notebooks.Worker;

namespace ITContrast.Notebooks.Magics;

/// <summary>Runs the parts of a cell that are not C#: markup, F#, SQL, and the commands that list and share values.</summary>
internal sealed class Polyglots
{
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly CSharpCells csharp;
    private readonly CellThread thread;
    private readonly Variables variables;
    private readonly SqlLanguage sql;
    private readonly Dictionary<string, string> scriptValues = [];
    private FSharpLanguage? fsharp;

    public Polyglots(CSharpCells csharp, CellThread thread)
    {
        (this.csharp, this.thread) = (csharp, thread);
        variables = new Variables(csharp.Chain);
        sql = new SqlLanguage(variables);
    }

    /// <summary>Runs one part.</summary>
    /// <exception cref="CellFailure">Its code fails.</exception>
    /// <exception cref="NotebookException">A share names what is not there.</exception>
    public async Task RunAsync(CellPart part, string path, CellCancellation cancellation)
    {
        switch (part.Kind)
        {
            case "html":
                DisplayHub.Show(MimeBundle.As(part.Text.Trim('\n'), MimeBundle.Html));
                break;
            case "markdown":
                DisplayHub.Show(MimeBundle.As(part.Text.Trim('\n'), "text/markdown"));
                break;
            case "javascript":
                var constants = string.Concat(scriptValues.Select(value => $"const {value.Key} = {value.Value};\n"));
                DisplayHub.Show(MimeBundle.As(constants + part.Text.Trim('\n'), "application/javascript"));
                break;
            case "who" or "whos":
                Who(part.Kind == "whos");
                break;
            case "share":
                await ShareAsync(part, path, cancellation).ConfigureAwait(false);
                break;
            default:
                await OnThread(() => Language(part.Kind).Run(part), cancellation).ConfigureAwait(false);
                break;
        }
    }

    private IPolyglot Language(string kind) => kind switch
    {
        "sql" => sql,
        "fsharp" => fsharp ??= new FSharpLanguage(csharp.Chain.References.Added),
        _ => throw new NotebookException($"{kind} holds no values; share from csharp, fsharp or sql."),
    };

    private void Who(bool withValues)
    {
        var all = variables.All();
        DisplayHub.Show(withValues
            ? MimeBundle.Of(all.Select(v => new { v.Name, Type = v.Type.Name, Value = PlainText.Of(v.Value) }).ToList())
            : MimeBundle.As(string.Join('\n', all.Select(v => v.Name)), MimeBundle.Plain));
    }

    private async Task ShareAsync(CellPart part, string path, CellCancellation cancellation)
    {
        var from = part.Option("--from") ?? CellParts.Default;
        var name =
            part.Arguments.Where((word, i) => !word.StartsWith('-') && (i == 0 || !part.Arguments[i - 1].StartsWith("--", StringComparison.Ordinal)))
                .FirstOrDefault()
            ?? throw new NotebookException("#!share needs a name: #!share --from csharp rows");
        var alias = part.Option("--as") ?? name;
        object? value = null;
        var found = false;
        await OnThread(() => found = from == CellParts.Default ? variables.TryGet(name, out value) : Language(from).TryGet(name, out value), cancellation)
            .ConfigureAwait(false);
        if (!found)
        {
            throw new NotebookException($"#!share: {from} has no {name}; run the cell that declares it first.");
        }
        switch (part.Text)
        {
            case CellParts.Default:
                SharedValues.Set(alias, value);
                var type = value is null ? "object" : csharp.NameOf(value.GetType());
                await csharp
                    .RunAsync($"{type} {alias} = ({type})ITContrast.Notebooks.Cells.SharedValues.Get(\"{alias}\");", $"{path}, #!share", cancellation)
                    .ConfigureAwait(false);
                break;
            case "javascript" or "html":
                scriptValues[alias] = JsonSerializer.Serialize(value, Json);
                break;
            default:
                await OnThread(() => Language(part.Text).Set(alias, value), cancellation).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>
    /// Runs on the cells' thread, without its synchronization context: F#'s session posts to the context it finds and waits, which on this
    /// very thread would be for ever.
    /// </summary>
    private Task OnThread(Action action, CellCancellation cancellation) => thread.RunAsync(() =>
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
        return Task.FromResult<object?>(null);
    }, cancellation);
}
