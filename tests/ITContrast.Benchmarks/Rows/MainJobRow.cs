using System.Diagnostics;
using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>
/// The main job from nothing stored: a fresh clone that is given this checkout's build runs <c>itc run</c>, which trains, evaluates and writes its report.
/// </summary>
internal sealed class MainJobRow : Row
{
    private const string Run = "itc run";

    public override string Name => "run";

    public override string Title => "the main job in a built clone";

    // A call takes minutes and starts a process of its own, so none is spent on warming up.
    public override int Rounds => 1;

    public override bool WarmsUp => false;

    public override double Seconds => 0.1;

    public override IReadOnlyList<Contender> Contenders { get; } = [new("processes", Side.CSharp)];

    public override IReadOnlyList<Comparison> Comparisons { get; } = [new("./itc run, nothing stored", new("processes", Run), null, 240, Measure.Seconds)];

    public override string? Missing() =>
        Directory.Exists(Path.Combine(Folders.Root, ".git")) || File.Exists(Path.Combine(Folders.Root, ".git"))
            ? null
            : "this checkout is no git repository to clone.";

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        Safetensors.Save(file, new Dictionary<string, Tensor> { ["none"] = zeros(1) });
        string build = Path.Combine("src", "ITContrast.Cli", "bin", "Release"), clone = Clone(file);
        Start("git", Folders.Root, "clone", "--quiet", "--shared", Folders.Root, clone);
        Directory.CreateDirectory(Path.Combine(clone, build));
        Start("cp", Folders.Root, "--recursive", Path.Combine(Folders.Root, build), Path.Combine(clone, build, ".."));
    }

    public override IWork Work(string variant, string file) => new Job(Clone(file));

    private static string Clone(string file) => Path.Combine(Path.GetDirectoryName(file)!, "clone");

    private static void Start(string program, string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new RowException($"{program} does not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new RowException($"{program} {arguments[0]} ended with exit code {process.ExitCode}: {errors.Result.Trim()}");
    }

    private sealed class Job(string clone) : IWork
    {
        public IReadOnlyList<Case> Cases => [new(Run, Once)];

        public IReadOnlyDictionary<string, Tensor> Results() => new Dictionary<string, Tensor>();

        public void Dispose() { }

        private void Once()
        {
            string runs = Path.Combine(clone, "runs");
            if (Directory.Exists(runs)) Directory.Delete(runs, true);
            Start(Path.Combine(clone, "src", "ITContrast.Cli", "bin", "Release", "net10.0", "itc"), clone, "run");
        }
    }
}
