using ITContrast.Experiments;
using ITContrast.Experiments.Exercises;
using static TorchSharp.torch;

namespace ITContrast.Tests.Experiments.Exercises;

/// <summary>What the exercises' tests ask.</summary>
internal static class Judged
{
    public static void Says<TInput, TOutput>(Exercise<TInput, TOutput> exercise, Func<TInput, TOutput> wrong, string hint)
    {
        for (ulong seed = 0; seed < 3; seed++)
        {
            Verdict verdict = Check.That(exercise, wrong, seed);
            Assert.False(verdict.Right);
            Assert.StartsWith(hint, verdict.Hint);
        }
    }

    public static void Right<TInput, TOutput>(Exercise<TInput, TOutput> exercise, Func<TInput, TOutput> solution)
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            Verdict verdict = Check.That(exercise, solution, seed);
            Assert.True(verdict.Right, verdict.ToString());
            Assert.Null(verdict.Hint);
            using var scope = NewDisposeScope();
            foreach (Hint<TInput> hint in exercise.Hints)
                Assert.False(
                    Enumerable
                        .Range(0, Exercise<TInput, TOutput>.Trials)
                        .All(trial => hint.Fits(input => Numbers.Of(solution(input)).Values, () => exercise.Input(seed, trial))),
                    $"The solution fits the hint \"{hint.Text}\".");
        }
    }

    /// <summary>Every hint is begun by some mistake of the test, so that no hint is untried.</summary>
    public static void Covers<TInput, TOutput>(Exercise<TInput, TOutput> exercise, IReadOnlyCollection<string> mistakes) =>
        Assert.All(exercise.Hints, hint => Assert.Contains(mistakes, hint.Text.StartsWith));
}
