using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace ITContrast.Experiments.Exercises;

/// <summary>
/// Something for a reader to write: a loss, an operator, a metric. The answer is compared with the library's on random inputs that the reader has not seen;
/// a wrong one is compared with the mistakes people make, so that the reply names what is wrong.
/// <code>
///   right    |answer − oracle| ≤ 2·10⁻⁵ · max(1, |oracle|)  for every element of every input
/// </code>
/// Every call of the answer gets its own copy of the input, so that an answer may write into it.
/// </summary>
/// <typeparam name="TInput">What the answer is given.</typeparam>
/// <typeparam name="TOutput">What it returns: a tensor, a number or an array of numbers.</typeparam>
/// <param name="name">What is to be written; unique in a notebook.</param>
/// <param name="draw">An input, a pure function of the stream; the number tells the first (0) from the later ones, so that sizes can vary.</param>
/// <param name="oracle">The library's own answer.</param>
/// <param name="hints">Mistakes, the most specific first.</param>
/// <param name="shape">Said beside a wrong shape: what each element is.</param>
public sealed class Exercise<TInput, TOutput>(
    string name, Func<RandomStream, int, TInput> draw, Func<TInput, TOutput> oracle, IReadOnlyList<Hint<TInput>> hints, string shape = "")
{
    /// <summary>Inputs an answer is tried on.</summary>
    public const int Trials = 8;

    /// <summary>What is to be written.</summary>
    public string Name => name;

    /// <summary>The mistakes that are known by name, the most specific first.</summary>
    public IReadOnlyList<Hint<TInput>> Hints => hints;

    /// <summary>The library's answer to an input.</summary>
    public TOutput Oracle(TInput input) => oracle(input);

    /// <summary>The <paramref name="trial"/>-th input of a seed.</summary>
    public TInput Input(ulong seed, int trial) => draw(new(seed, "exercise: " + name, trial), trial);

    /// <summary>Compares an answer with the library's. An exception of the answer is part of the verdict.</summary>
    public Verdict Judge(Func<TInput, TOutput> yours, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(yours);
        using DisposeScope scope = NewDisposeScope();
        List<(Numbers Wanted, Numbers Found)> tried = [];
        for (int trial = 0; trial < Trials; trial++)
        {
            Numbers wanted = Numbers.Of(oracle(Input(seed, trial))), found;
            try
            {
                found = Numbers.Of(yours(Input(seed, trial)));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                return Wrong($"It stopped with {error.GetType().Name}: {error.Message}");
            }
            if (!found.Shape.SequenceEqual(wanted.Shape)) return Wrong($"Shape: expected {Shape(wanted.Shape)}, found {Shape(found.Shape)}. {shape}".TrimEnd());
            if (CommonMistakes.NotFinite(wanted.Values, found.Values) is { } hint) return Wrong(hint);
            tried.Add((wanted, found));
        }
        if (tried.All(pair => Closeness.Equal(pair.Found.Values, pair.Wanted.Values))) return new(name, true, null);
        return Wrong(Known(yours, seed) ?? CommonMistakes.Of([.. tried.Select(pair => (pair.Wanted.Values, pair.Found.Values))]));
    }

    private string? Known(Func<TInput, TOutput> yours, ulong seed)
    {
        double[] Answer(TInput input)
        {
            try
            {
                return Numbers.Of(yours(input)).Values;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // A hint may ask about an input that the answer cannot take; such an answer does not fit it.
                return [];
            }
        }
        return hints.FirstOrDefault(hint => Enumerable.Range(0, Trials).All(trial => hint.Fits(Answer, () => Input(seed, trial))))?.Text;
    }

    private Verdict Wrong(string hint) => new(name, false, hint);

    private static string Shape(long[] shape) => Invariant($"[{string.Join(", ", shape)}]");
}
