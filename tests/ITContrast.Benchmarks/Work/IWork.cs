using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Work;

/// <summary>Something to time, named; one call of <paramref name="Run"/> does it <paramref name="Calls"/> times.</summary>
internal sealed record Case(string Name, Action Run, double Calls = 1);

/// <summary>This library's side of a row, in its own process.</summary>
internal interface IWork : IDisposable
{
    /// <summary>What is timed.</summary>
    IReadOnlyList<Case> Cases { get; }

    /// <summary>Values and gradients of one step from the weights in the file, to be compared with the other contenders'.</summary>
    IReadOnlyDictionary<string, Tensor> Results();
}
