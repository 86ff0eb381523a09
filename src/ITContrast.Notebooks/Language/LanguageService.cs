using System.Text;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.CSharp;

namespace ITContrast.Notebooks.Language;

/// <summary>Completion and inspection of cells as the contents of Jupyter's replies, with UTF-16 offsets.</summary>
/// <param name="compile">
/// Gives the compilation that C# code would be as the next cell, after all that ran; its one syntax tree is the code's. It is called
/// for each request and must change nothing.
/// </param>
public sealed class LanguageService(Func<string, CSharpCompilation> compile)
{
    /// <summary>The content of a <c>complete_reply</c>.</summary>
    /// <param name="code">The cell, whatever its languages.</param>
    /// <param name="cursor">The cursor.</param>
    public JsonObject Complete(string code, int cursor)
    {
        var found = CommandCompletion.At(code, cursor) ?? At(code, cursor);
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. found.Items.Select(i => (JsonNode)i.Text)]),
            ["cursor_start"] = found.Start,
            ["cursor_end"] = found.End,
            ["metadata"] = new JsonObject
            {
                ["_jupyter_types_experimental"] = new JsonArray([.. found.Items.Select(i => (JsonNode)new JsonObject
                {
                    ["start"] = found.Start, ["end"] = found.End, ["text"] = i.Text, ["type"] = i.Kind, ["signature"] = i.Signature,
                })]),
            },
        };
    }

    /// <summary>The content of an <c>inspect_reply</c>: declarations and documentation as plain text and as markdown.</summary>
    /// <param name="code">The cell, whatever its languages.</param>
    /// <param name="cursor">The cursor.</param>
    /// <param name="detail">0: declarations, summary and parameters; 1: remarks and exceptions too.</param>
    public JsonObject Inspect(string code, int cursor, int detail)
    {
        var csharp = CSharpMask.Apply(code);
        var compilation = compile(csharp);
        var found = CSharpInspection.At(compilation, compilation.SyntaxTrees[0], Math.Clamp(cursor, 0, csharp.Length));
        return new JsonObject
        {
            ["status"] = "ok",
            ["found"] = found is not null,
            ["data"] = found is null ? [] : new JsonObject
            {
                ["text/plain"] = string.Join('\n', found.Declarations) + Details(found.Documentation, detail, "", ""),
                ["text/markdown"] = $"```csharp\n{string.Join('\n', found.Declarations)}\n```\n" + Details(found.Documentation, detail, "**", "`"),
            },
            ["metadata"] = new JsonObject(),
        };
    }

    private Completions At(string code, int cursor)
    {
        var csharp = CSharpMask.Apply(code);
        var position = Math.Clamp(cursor, 0, csharp.Length);
        if (position > 0 && csharp[position - 1] != code[position - 1])
        {
            return new Completions([], position, position);
        }

        var compilation = compile(csharp);
        return CSharpCompletion.At(compilation, compilation.SyntaxTrees[0], position);
    }

    private static string Details(SymbolDocumentation? documentation, int detail, string strong, string code)
    {
        if (documentation is null)
        {
            return "";
        }

        var text = new StringBuilder($"\n\n{documentation.Summary}\n");
        void List(string title, IReadOnlyList<(string Name, string Text)> entries)
        {
            if (entries.Count > 0)
            {
                text.Append($"\n{strong}{title}{strong}\n");
                foreach (var (name, words) in entries)
                {
                    text.Append(strong.Length > 0 ? $"- {code}{name}{code}: {words}\n" : $"  {name}: {words}\n");
                }
            }
        }

        List("Parameters", documentation.Parameters);
        if (documentation.Returns.Length > 0)
        {
            text.Append($"\n{strong}Returns{strong} {documentation.Returns}\n");
        }

        if (detail > 0)
        {
            List("Throws", documentation.Exceptions);
            text.Append(documentation.Remarks.Length > 0 ? $"\n{documentation.Remarks}\n" : "");
        }

        return text.ToString();
    }
}
