using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Threads of the ranking's own, each with its tile: it is counted where it was computed.
/// </summary>
internal static class Workers
{
    /// <summary>The threads that options ask for.</summary>
    public static int Number(RetrievalOptions options) => options.Threads > 0 ? options.Threads : Environment.ProcessorCount;

    /// <summary>Runs <paramref name="work"/> on <paramref name="count"/> threads at once; the first exception is thrown here, as it was.</summary>
    public static void Run(int count, Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var threads = new Thread[count];
        for (int worker = 0; worker < count; worker++)
        {
            threads[worker] = new Thread(() =>
            {
                try
                {
                    using var quiet = no_grad();
                    work();
                }
                catch (Exception error)
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
                }
            }) { IsBackground = true, Name = "ranking" };
            threads[worker].Start();
        }
        foreach (Thread thread in threads) thread.Join();
        failure?.Throw();
    }
}
