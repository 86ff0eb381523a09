using System.Text.Json.Nodes;
using ITContrast.Notebooks.Format;

namespace ITContrast.Notebooks.Checking;

/// <summary>
/// The values that a notebook asserts: outputs with the mime type <see cref="MimeType"/>, <c>{"name": …, "value": number}</c>, which the
/// library's <c>Check</c> makes and any other type may.
/// </summary>
public static class CheckedValues
{
    /// <summary>The mime type of an asserted value.</summary>
    public const string MimeType = "application/vnd.itcontrast.check+json";

    /// <summary>All asserted values of an executed notebook, by name, in their order. The last of a name counts.</summary>
    public static IReadOnlyDictionary<string, double> Of(NotebookFile notebook)
    {
        var values = new Dictionary<string, double>();
        foreach (var data in notebook.Cells.SelectMany(cell => cell.Outputs).Select(output => output?["data"] as JsonObject))
        {
            foreach (
                var check in data?[MimeType] switch
                {
                    JsonObject one => [one],
                    JsonArray many => many.OfType<JsonObject>(),
                    _ => Enumerable.Empty<JsonObject>(),
                })
            {
                if ((string?)check["name"] is { } name)
                {
                    values[name] = check["value"] is JsonValue number && number.TryGetValue(out double value) ? value : double.NaN;
                }
            }
        }
        return values;
    }
}
