using ITContrast.Benchmarks;
using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;

// Processes in which this library's side of a row is timed; everything else orders such processes about.
if (args is ["data", var named, var place])
{
    RowList.Named(named).Prepare(place);
    return 0;
}
if (args is [("check" or "time") and var mode, var row, var variant, var threads, var file, var last])
    return WorkHost.Run(mode, row, variant, threads, file, last);

using CancellationTokenSource cancel = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    cancel.Cancel();
};
try
{
    return await Bench.RunAsync(BenchOptions.Parse(args), cancel.Token);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"itc: {e.Message}");
    return 2;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("itc: cancelled.");
    return 130;
}
