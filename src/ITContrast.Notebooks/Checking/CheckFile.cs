using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ITContrast.Notebooks.Format;

namespace ITContrast.Notebooks.Checking;

/// <summary>One expected value: right where <c>|found − value| ≤ absolute + relative · |value|</c>.</summary>
/// <param name="Value">What was found when the file was made.</param>
/// <param name="Absolute">The absolute tolerance.</param>
/// <param name="Relative">The relative tolerance.</param>
public sealed record ExpectedValue(double Value, double Absolute, double Relative)
{
    /// <summary>Whether <paramref name="found"/> is within tolerance. NaN never is.</summary>
    public bool Admits(double found) => Math.Abs(found - Value) <= Absolute + Relative * Math.Abs(Value);
}

/// <summary>
/// <c>NN.check.json</c>: the small parameters a notebook is checked with, one changed parameter that it must also run with, and the values
/// it must find, with their tolerances.
/// </summary>
/// <param name="Parameters">The <c>check</c> parameter set.</param>
/// <param name="Changed">What differs in the rotating second run; empty for none.</param>
/// <param name="Values">The expected values by name.</param>
public sealed record CheckFile(
    IReadOnlyDictionary<string, string> Parameters, IReadOnlyDictionary<string, string> Changed, IReadOnlyDictionary<string, ExpectedValue> Values)
{
    /// <summary>How many values a notebook must at least assert.</summary>
    public const int LeastValues = 3;

    private const double DefaultRelative = 1e-3;
    private const double DefaultAbsolute = 1e-6;

    /// <summary>Reads the file.</summary>
    /// <exception cref="NotebookException">It is missing or malformed.</exception>
    public static CheckFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new NotebookException($"{path} does not exist; make it with: itc notebook check --update NOTEBOOK -p name=value …");
        }
        try
        {
            var root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            return new CheckFile(Texts(root["parameters"]), Texts(root["changed"]), (root["values"] as JsonObject ?? []).ToDictionary(
                pair => pair.Key,
                pair => new ExpectedValue(
                    (double)pair.Value!["value"]!, (double?)pair.Value["absolute"] ?? DefaultAbsolute, (double?)pair.Value["relative"] ?? DefaultRelative)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new NotebookException(
                $"{path}: expected {{\"parameters\": {{…}}, \"changed\": {{…}}, \"values\": {{name: {{\"value\": number, \"absolute\": number, \"relative\": number}}}}}}; {e.Message}",
                e);
        }
    }

    /// <summary>A file for these values, keeping the tolerances that an earlier one states.</summary>
    public static CheckFile Make(IReadOnlyDictionary<string, string> parameters, IReadOnlyDictionary<string, double> values, CheckFile? earlier) =>
        new(parameters, earlier?.Changed ?? new Dictionary<string, string>(), values.ToDictionary(
            pair => pair.Key,
            pair => new ExpectedValue(
                pair.Value, earlier?.Values.GetValueOrDefault(pair.Key)?.Absolute ?? DefaultAbsolute,
                earlier?.Values.GetValueOrDefault(pair.Key)?.Relative ?? DefaultRelative)));

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Write(string path) => AtomicFile.Write(path, new JsonObject
    {
        ["parameters"] = new JsonObject(Parameters.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["changed"] = new JsonObject(Changed.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["values"] = new JsonObject(Values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonObject
        {
            ["value"] = pair.Value.Value,
            ["absolute"] = pair.Value.Absolute,
            ["relative"] = pair.Value.Relative,
        }))),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n");

    /// <summary>What is wrong with the values found, a line each; empty when all is right.</summary>
    public IReadOnlyList<string> Compare(IReadOnlyDictionary<string, double> found)
    {
        var wrong = new List<string>();
        if (Values.Count < LeastValues)
        {
            wrong.Add($"only {Values.Count} value(s) are asserted; a notebook asserts at least {LeastValues}");
        }
        foreach (var (name, expected) in Values)
        {
            if (!found.TryGetValue(name, out var value))
            {
                wrong.Add($"{name}: expected {Text(expected.Value)}, but the notebook no longer asserts it");
            }
            else if (!expected.Admits(value))
            {
                wrong.Add(
                    $"{name}: expected {Text(expected.Value)} ± {Text(expected.Absolute + expected.Relative * Math.Abs(expected.Value))}, found {Text(value)}");
            }
        }
        wrong.AddRange(
            found.Keys.Where(name => !Values.ContainsKey(name)).Select(name => $"{name}: asserted, but not in the check file; add it with --update"));
        return wrong;
    }

    private static string Text(double value) => value.ToString("G8", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Texts(JsonNode? node) =>
        (node as JsonObject ?? []).ToDictionary(
            pair => pair.Key,
            pair => pair.Value is JsonValue value && value.TryGetValue(out string? text) ? text : pair.Value?.ToJsonString() ?? "");
}
