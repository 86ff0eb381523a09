using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ITContrast.Notebooks.Format;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ITContrast.Notebooks.Running;

/// <summary>
/// papermill's convention: defaults stand in the cell tagged <c>parameters</c>, given values are assigned in a cell tagged
/// <c>injected-parameters</c> right after it. A value must fit the type of its default.
/// </summary>
public static class ParameterInjection
{
    private const string DefaultsTag = "parameters";
    private const string InjectedTag = "injected-parameters";

    /// <summary>Replaces the injected cell; without values, only removes one that is there.</summary>
    /// <param name="notebook">The notebook to change.</param>
    /// <param name="values">Name → value as text; a list is written as JSON, <c>[1, 2]</c>.</param>
    /// <exception cref="NotebookException">A name is no parameter, or a value does not fit; the message lists the parameters or the type.</exception>
    public static void Apply(NotebookFile notebook, IReadOnlyDictionary<string, string> values)
    {
        foreach (var old in notebook.Cells.Where(cell => cell.Tags.Contains(InjectedTag)).ToList())
        {
            notebook.Remove(old);
        }
        if (values.Count == 0)
        {
            return;
        }
        var defaults = notebook.Cells.FirstOrDefault(cell => cell.IsCode && cell.Tags.Contains(DefaultsTag))
            ?? throw new NotebookException($"{notebook.Path} has no cell tagged '{DefaultsTag}', so it takes no -p {values.First().Key}.");
        var declared = Declared(defaults.Source);
        var lines = new List<string>();
        foreach (var (name, text) in values)
        {
            if (!declared.TryGetValue(name, out var parameter))
            {
                throw new NotebookException(
                    $"{notebook.Path} has no parameter '{name}'; its parameters are {string.Join(", ", declared.Select(p => $"{p.Key} ({p.Value.Type})"))}.");
            }
            var literal = Literal(parameter.Type, text)
                ?? throw new NotebookException($"-p {name}={text}: expected {Described(parameter.Type)} as its default {parameter.Default} is.");
            lines.Add($"{name} = {literal};");
        }
        notebook.Insert(notebook.Cells.ToList().IndexOf(defaults) + 1, NotebookCell.Code(InjectedTag, string.Join('\n', lines), InjectedTag));
    }

    private sealed record Parameter(string Type, string Default);

    private static Dictionary<string, Parameter> Declared(string code)
    {
        var root = CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(kind: SourceCodeKind.Script)).GetCompilationUnitRoot();
        var found = new Dictionary<string, Parameter>();
        foreach (var field in root.Members.OfType<FieldDeclarationSyntax>())
        {
            foreach (var variable in field.Declaration.Variables.Where(variable => variable.Initializer is not null))
            {
                var value = variable.Initializer!.Value;
                var type = field.Declaration.Type.IsVar ? Inferred(value) : field.Declaration.Type.ToString();
                found[variable.Identifier.Text] = new Parameter(type, value.ToString());
            }
        }
        return found;
    }

    /// <summary>The type that a literal gives to <c>var</c>.</summary>
    private static string Inferred(ExpressionSyntax value) => value switch
    {
        PrefixUnaryExpressionSyntax { Operand: var operand } => Inferred(operand),
        LiteralExpressionSyntax { Token.Value: { } constant } => Keyword(constant.GetType()),
        ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: [var first, ..] } => Inferred(first) + "[]",
        ArrayCreationExpressionSyntax array => array.Type.ElementType + "[]",
        CastExpressionSyntax cast => cast.Type.ToString(),
        InterpolatedStringExpressionSyntax => "string",
        _ => "?",
    };

    private static string Keyword(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int32 => "int",
        TypeCode.Int64 => "long",
        TypeCode.UInt32 => "uint",
        TypeCode.UInt64 => "ulong",
        TypeCode.Single => "float",
        TypeCode.Double => "double",
        TypeCode.Decimal => "decimal",
        TypeCode.Boolean => "bool",
        TypeCode.Char => "char",
        _ => "string",
    };

    /// <summary>C# source of the value in the type; null where it does not fit.</summary>
    private static string? Literal(string type, string text)
    {
        var invariant = CultureInfo.InvariantCulture;
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            return ArrayLiteral(type[..^2], text);
        }
        return type.TrimEnd('?') switch
        {
            "int" => int.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var v) ? v.ToString(invariant) : null,
            "long" => long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var v) ? v.ToString(invariant) + "L" : null,
            "uint" => uint.TryParse(text, NumberStyles.None, invariant, out var v) ? v.ToString(invariant) + "u" : null,
            "ulong" => ulong.TryParse(text, NumberStyles.None, invariant, out var v) ? v.ToString(invariant) + "ul" : null,
            "double" => double.TryParse(text, NumberStyles.Float, invariant, out var v) && double.IsFinite(v) ? v.ToString("R", invariant) + "d" : null,
            "float" => float.TryParse(text, NumberStyles.Float, invariant, out var v) && float.IsFinite(v) ? v.ToString("R", invariant) + "f" : null,
            "decimal" => decimal.TryParse(text, NumberStyles.Float, invariant, out var v) ? v.ToString(invariant) + "m" : null,
            "bool" => bool.TryParse(text, out var v) ? (v ? "true" : "false") : null,
            "string" => SymbolDisplay.FormatLiteral(text, quote: true),
            "char" => text.Length == 1 ? SymbolDisplay.FormatLiteral(text[0], quote: true) : null,
            _ => null,
        };
    }

    private static string? ArrayLiteral(string element, string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonArray items)
            {
                return null;
            }
            var literals = items.Select(item => item is null ? null : Literal(element, item.ToString())).ToList();
            return literals.Contains(null) ? null : $"new {element}[] {{ {string.Join(", ", literals)} }}";
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Described(string type) => type switch
    {
        "?" => "a type that can be given on the command line (a number, a string, a bool, or a list of them),",
        _ when type.EndsWith("[]", StringComparison.Ordinal) => $"{type} (a JSON list, such as [1, 2])",
        _ => type,
    };
}
