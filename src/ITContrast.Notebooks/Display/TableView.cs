using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;

namespace ITContrast.Notebooks.Display;

/// <summary>Records, sequences and dictionaries as HTML tables: the first rows, the count, the columns' types. All text is escaped.</summary>
internal static class TableView
{
    private const int Rows = 20;
    private const int Columns = 40;
    private const int CellWidth = 200;

    // Counting a lazy sequence runs it; a sequence without end must still be shown.
    private const int CountLimit = 100_000;

    /// <summary>A sequence: a column for each property of its items, or one column of values.</summary>
    public static string OfSequence(IEnumerable items)
    {
        if (items is IDictionary pairs)
        {
            return OfPairs(pairs);
        }
        var (head, count, more) = Head(items);
        var columns = Table.ColumnsOf(head);
        var html = new StringBuilder("<table><thead><tr><th class=\"num\">#</th>");
        foreach (var column in columns.Take(Columns))
        {
            html.Append($"<th{(column.IsNumber ? " class=\"num\"" : "")} title=\"{Escape(column.TypeName)}\">{Escape(column.Name)}</th>");
        }
        html.Append("</tr></thead><tbody>");
        for (var row = 0; row < head.Count; row++)
        {
            html.Append($"<tr><td class=\"num\">{row}</td>");
            foreach (var column in columns.Take(Columns))
            {
                html.Append(column.IsNumber ? "<td class=\"num\">" : "<td>").Append(Escape(Cell(column.Value(head[row])))).Append("</td>");
            }
            html.Append("</tr>");
        }
        html.Append("</tbody></table>");
        var shown =
            more || count > head.Count
                ? $"first {head.Count} of {(more ? $"more than {count:N0}" : count.ToString("N0", CultureInfo.InvariantCulture))} rows"
                : $"{count} row{(count == 1 ? "" : "s")}";
        var hidden = columns.Count > Columns ? $", first {Columns} of {columns.Count} columns" : "";
        return html.Append($"<p class=\"note\">{shown}{hidden}</p>").ToString();
    }

    /// <summary>An object: a row for each public property and field; null where it has none or says itself how it reads.</summary>
    public static string? OfObject(object value)
    {
        var columns = Table.ColumnsOf([value]);
        var type = value.GetType();
        var isRecord = type.GetMethod("<Clone>$") is not null;
        if (
            columns is [] or [{ Name: Table.ValueColumn }]
            || (!isRecord && !IsAnonymous(type) && !IsTuple(type) && type.GetMethod("ToString", Type.EmptyTypes)!.DeclaringType != typeof(object)))
        {
            return null;
        }
        return Pairs($"{type.Name.Split('`')[0]}", columns.Select(column => (column.Name, Cell(column.Value(value)))), columns.Count);
    }

    private static string OfPairs(IDictionary pairs) =>
        Pairs(null, pairs.Keys.Cast<object?>().Take(Rows * 5).Select(key => (PlainText.Of(key), Cell(pairs[key!]))), pairs.Count);

    private static string Pairs(string? title, IEnumerable<(string Name, string Value)> rows, int count)
    {
        var html = new StringBuilder("<table>");
        if (title is not null && !title.StartsWith('<') && title != "ValueTuple")
        {
            html.Append($"<caption>{Escape(title)}</caption>");
        }
        html.Append("<tbody>");
        var shown = 0;
        foreach (var (name, value) in rows)
        {
            html.Append($"<tr><th>{Escape(name)}</th><td>{Escape(value)}</td></tr>");
            shown++;
        }
        html.Append("</tbody></table>");
        return shown < count ? html.Append($"<p class=\"note\">first {shown} of {count:N0} entries</p>").ToString() : html.ToString();
    }

    private static (List<object?> Head, int Count, bool More) Head(IEnumerable items)
    {
        var head = new List<object?>();
        var count = 0;
        foreach (var item in items)
        {
            if (count++ < Rows)
            {
                head.Add(item);
            }
            else if (items is ICollection collection)
            {
                return (head, collection.Count, false);
            }
            if (count == CountLimit)
            {
                return (head, count, true);
            }
        }
        return (head, count, false);
    }

    private static string Cell(object? value)
    {
        var text = value is double or float ? ((IFormattable)value).ToString("G6", CultureInfo.InvariantCulture) : PlainText.Of(value);
        return text.Length <= CellWidth ? text : text[..(CellWidth - 1)] + "…";
    }

    private static bool IsAnonymous(Type type) => type.Name.StartsWith("<>f__AnonymousType", StringComparison.Ordinal);

    private static bool IsTuple(Type type) => type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
