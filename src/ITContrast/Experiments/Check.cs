using System.Globalization;
using System.Net;
using System.Text.Json;
using ITContrast.Experiments.Exercises;

namespace ITContrast.Experiments;

/// <summary>
/// A value that a notebook asserts. As a cell's last expression (or shown with <c>display</c>) it reads as one line, and
/// <c>itc notebook check</c> compares it, by name, with what the notebook is known to find.
/// </summary>
/// <param name="Name">What the value is; unique in the notebook.</param>
/// <param name="Value">The value; NaN is never right.</param>
public sealed record Check(string Name, double Value)
{
    /// <summary>Whether the name is a claim, which says all there is to say: it is shown without its value, 1.</summary>
    public bool IsClaim { get; init; }

    /// <summary>Asserts a number: the check file states its value and tolerance.</summary>
    /// <param name="name">What the value is; unique in the notebook.</param>
    /// <param name="value">The value found.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is not finite.</exception>
    public static Check That(string name, double value) => double.IsFinite(value)
        ? new Check(name, value)
        : throw new ArgumentException($"{name}: expected a finite value, found {value.ToString(CultureInfo.InvariantCulture)}.", nameof(value));

    /// <summary>Asserts that something holds, here and now: a cell whose claim is false fails.</summary>
    /// <param name="name">The claim.</param>
    /// <param name="holds">Whether it is true; it is recorded as 1.</param>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public static Check That(string name, bool holds) =>
        holds ? new Check(name, 1) { IsClaim = true } : throw new InvalidOperationException($"The claim does not hold: {name}.");

    /// <summary>
    /// Compares a reader's answer to an exercise with the library's, on random inputs that the reader has not seen. A wrong answer fails no cell: the verdict
    /// names what is wrong (sign, mask, temperature, direction).
    /// </summary>
    /// <param name="exercise">What was to be written, one of <see cref="Exercise"/>.</param>
    /// <param name="yours">The answer.</param>
    /// <param name="seed">Other inputs, for whoever suspects luck.</param>
    public static Verdict That<TInput, TOutput>(Exercise<TInput, TOutput> exercise, Func<TInput, TOutput> yours, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        return exercise.Judge(yours, seed);
    }

    /// <summary>The mime bundle by which a notebook shows and records the value.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string>
    {
        ["application/vnd.itcontrast.check+json"] = JsonSerializer.Serialize(new { name = Name, value = Value }),
        ["text/html"] = $"<p>✓ {WebUtility.HtmlEncode(Name)}{(IsClaim ? "" : $": <code>{Value.ToString("G6", CultureInfo.InvariantCulture)}</code>")}</p>",
        ["text/plain"] = ToString(),
    };

    /// <summary>One line: the name, and the value of what is no claim.</summary>
    public override string ToString() => IsClaim ? $"✓ {Name}" : $"✓ {Name}: {Value.ToString("G6", CultureInfo.InvariantCulture)}";
}
