using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Threads of the ranking's own. Each computes its tiles alone, with torch and its BLAS held to one thread meanwhile: a tile is then counted where
/// it was computed, and no two pools fight over the cores. Dedicated threads, because a thread keeps the number that torch was told on it.
/// </summary>
internal static class Workers
{
    /// <summary>The threads that options ask for.</summary>
    public static int Number(RetrievalOptions options) => options.Threads > 0 ? options.Threads : get_num_threads();

    /// <summary>Runs <paramref name="work"/> on <paramref name="count"/> threads at once; the first exception is thrown here, as it was.</summary>
    public static void Run(int count, Action work)
    {
        ExceptionDispatchInfo? failure = null;
        int torchThreads = get_num_threads();
        set_num_threads(1);
        var threads = new Thread[count];
        for (int worker = 0; worker < count; worker++)
        {
            threads[worker] = new Thread(() =>
            {
                try
                {
                    set_num_threads(1);
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
        set_num_threads(torchThreads);
        failure?.Throw();
    }
}
