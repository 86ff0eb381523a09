namespace ITContrast.Experiments.Exercises;

/// <summary>A reader's answer as numbers: every element of what it gave for one input, row by row.</summary>
/// <typeparam name="TInput">What the exercise hands to the answer.</typeparam>
/// <param name="input">One input.</param>
public delegate double[] Answering<in TInput>(TInput input);

/// <summary>One mistake that people make, and how to know it by the numbers it gives.</summary>
/// <typeparam name="TInput">What the exercise hands to the answer.</typeparam>
/// <param name="Text">What is wrong, by name: sign, mask, temperature, direction.</param>
/// <param name="Fits">Whether the answer behaves so on an input, drawn afresh for each use. The hint is given only where this holds on every input drawn, and
/// the right answer never fits.</param>
public sealed record Hint<TInput>(string Text, Func<Answering<TInput>, Func<TInput>, bool> Fits)
{
    /// <summary>The mistake that gives exactly the numbers of a wrong solution.</summary>
    /// <param name="text">What is wrong.</param>
    /// <param name="wrong">The wrong solution.</param>
    public static Hint<TInput> Of(string text, Answering<TInput> wrong) => new(text, (yours, input) => Closeness.Equal(yours(input()), wrong(input())));
}
