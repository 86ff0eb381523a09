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
    private const int MostSamples = 100_000;

    /// <summary><c>check ROW VARIANT THREADS FILE RESULTS</c>, or <c>time ROW VARIANT THREADS FILE SECONDS</c>, which prints one line of JSON.</summary>
    public static int Run(string mode, string row, string variant, string threads, string file, string last)
    {
        TorchThreads.Count = int.Parse(threads, CultureInfo.InvariantCulture);
        BenchDevice.Begin(timing: mode == "time");
        Row named = RowList.Named(row);
        using IWork work = named.Work(variant, file);
        if (mode == "check")
        {
            using DisposeScope scope = NewDisposeScope();
            Safetensors.Save(last, work.Results().ToDictionary(t => t.Key, t => t.Value.cpu()));
            return 0;
        }
        double seconds = double.Parse(last, CultureInfo.InvariantCulture);
        Timing[] timings = [.. work.Cases.Select(one => new Timing(one))];
        if (named.WarmsUp)
        {
            Turns(timings, Math.Min(WarmSeconds, seconds));
            foreach (Timing timing in timings) timing.Forget();
        }
        Turns(timings, seconds);
        JsonObject Each(Func<Timing, JsonNode> of) => new(timings.Select(t => KeyValuePair.Create(t.Case.Name, (JsonNode?)of(t))));
        Console.WriteLine(new JsonObject
        {
            ["cases"] = Each(t => new JsonArray([.. t.Samples.Select(s => (JsonNode)s)])),
            ["allocated"] = Each(t => t.Bytes / (t.Samples.Count * t.Case.Calls)),
            ["peak"] = BenchDevice.PeakBytes(), ["blas"] = TorchCapabilities.Current.BlasKernel,
        }.ToJsonString());
        return 0;
    }

    /// <summary>
    /// Cases of one process take turns too, so that their ratios do not drift, and every other time in turned order: the first one reads data that the next finds
    /// in cache. At least one turn each.
    /// </summary>
    private static void Turns(Timing[] timings, double secondsEach)
    {
        var clock = Stopwatch.StartNew();
        bool turned = false;
        do
        {
            foreach (Timing timing in turned ? timings.AsEnumerable().Reverse() : timings) timing.Once();
            turned = !turned;
        }
        while (clock.Elapsed.TotalSeconds < secondsEach * timings.Length && timings[0].Samples.Count < MostSamples);
    }

    private sealed class Timing(Case one)
    {
        public Case Case => one;

        public List<double> Samples { get; } = new(MostSamples);

        public long Bytes { get; private set; }

        public void Once()
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            one.Run();
            BenchDevice.Finish();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            Samples.Add(seconds / one.Calls);
        }

        public void Forget()
        {
            Samples.Clear();
            Bytes = 0;
        }
    }
}
