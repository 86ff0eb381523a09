using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ITContrast.Benchmarks.Running;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Work;

/// <summary>The process in which this library's side of one row runs; <c>python/worker.py</c> and <c>floor/main.cpp</c> are its likes.</summary>
internal static class WorkHost
{
    private const double WarmSeconds = 1;

    /// <summary><c>check ROW VARIANT THREADS FILE RESULTS</c>, or <c>time ROW VARIANT THREADS FILE SECONDS</c>, which prints one line of JSON.</summary>
    public static int Run(string mode, string row, string variant, string threads, string file, string last)
    {
        TorchThreads.Count = int.Parse(threads, CultureInfo.InvariantCulture);
        using IWork work = RowList.Named(row).Work(variant, file);
        if (mode == "check")
        {
            using DisposeScope scope = NewDisposeScope();
            Safetensors.Save(last, work.Results());
            return 0;
        }
        double seconds = double.Parse(last, CultureInfo.InvariantCulture);
        JsonObject cases = [], allocated = [];
        foreach (Case one in work.Cases)
        {
            Repeat(one, Math.Min(WarmSeconds, seconds), out _);
            cases[one.Name] = new JsonArray([.. Repeat(one, seconds, out double bytes).Select(s => (JsonNode)s)]);
            allocated[one.Name] = bytes;
        }
        Console.WriteLine(new JsonObject { ["cases"] = cases, ["allocated"] = allocated, ["peak"] = Machine.PeakBytes(), ["blas"] = TorchCapabilities.Current.BlasKernel }.ToJsonString());
        return 0;
    }

    /// <summary>Seconds of each call, over at least <paramref name="seconds"/> and one run; and managed bytes a call.</summary>
    private static List<double> Repeat(Case one, double seconds, out double bytes)
    {
        List<double> samples = new(100_000);
        long before = GC.GetTotalAllocatedBytes(true);
        var clock = Stopwatch.StartNew();
        double last = 0;
        do
        {
            one.Run();
            double now = clock.Elapsed.TotalSeconds;
            samples.Add((now - last) / one.Calls);
            last = now;
        }
        while (last < seconds && samples.Count < samples.Capacity);
        bytes = (GC.GetTotalAllocatedBytes(true) - before) / ((double)samples.Count * one.Calls);
        return samples;
    }
}
