using System.Net;
using System.Text.Json;

namespace ITContrast.Experiments.Exercises;

/// <summary>
/// What <see cref="Check.That{TInput, TOutput}(Exercise{TInput, TOutput}, Func{TInput, TOutput}, ulong)"/> says of an answer. A right one is recorded as
/// the value 1 under the exercise's name, as a <see cref="Check"/> is; a wrong one records nothing, because a notebook with open exercises is no broken
/// notebook.
/// </summary>
/// <param name="Name">The exercise.</param>
/// <param name="Right">Whether the answer agreed with the library on every input.</param>
/// <param name="Hint">What is wrong, by name; null for a right answer.</param>
public sealed record Verdict(string Name, bool Right, string? Hint)
{
    /// <summary>How a notebook shows the verdict.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle()
    {
        Dictionary<string, string> bundle = new()
        {
            ["text/html"] = $"<p>{(Right ? "✓ Right" : "✗ Not yet")}: {WebUtility.HtmlEncode(Name)}.{(Right ? "" : " " + WebUtility.HtmlEncode(Hint))}</p>",
            ["text/plain"] = ToString(),
        };
        if (Right) bundle["application/vnd.itcontrast.check+json"] = JsonSerializer.Serialize(new { name = Name, value = 1.0 });
        return bundle;
    }

    /// <summary>One line.</summary>
    public override string ToString() => Right ? $"✓ Right: {Name}." : $"✗ Not yet: {Name}. {Hint}";
}
