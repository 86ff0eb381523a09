using System.Diagnostics;
using System.Text.Json.Nodes;
using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>How long one waits: for the command line, for a notebook session to be ready, for the first cell that uses the library; beside Python's <c>import torch</c>.</summary>
internal sealed class StartRow : Row
{
    private const string Import = "import torch", Cli = "command line", Ready = "kernel ready", FirstCell = "first cell";

    public override string Name => "start";

    public override string Title => "start-up";

    public override double Seconds => 2;

    public override int Rounds => 3;

    public override IReadOnlyList<Contender> Contenders { get; } = [new("processes", Side.CSharp)];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("itc --help ÷ python3 -c 'import torch'", new("processes", Cli), new("processes", Import), 0.3),
        new("a kernel that answers ÷ the same", new("processes", Ready), new("processes", Import), 1),
        new("a kernel's first cell, with the library ÷ the same", new("processes", FirstCell), new("processes", Import), 1.5),
    ];

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        Safetensors.Save(file, new Dictionary<string, Tensor> { ["none"] = zeros(1) });
    }

    public override IWork Work(string variant, string file) => new Starts();

    /// <summary>Each case starts a process and waits for what it is there for.</summary>
    private sealed class Starts : IWork
    {
        private static readonly string Program = Path.Combine(Folders.Root, "src", "ITContrast.Cli", "bin", "Release", "net10.0", "itc");

        public IReadOnlyList<Case> Cases =>
        [
            new(Import, () => Run("/usr/bin/python3", "-c", "import torch")), new(Cli, () => Run(Program, "--help")),
            new(Ready, () => Kernel(null)), new(FirstCell, () => Kernel("#r \"nuget: ITContrast, 0.1.0\"\nTorchSharp.torch.ones(2).sum().item<float>()")),
        ];

        public IReadOnlyDictionary<string, Tensor> Results() => new Dictionary<string, Tensor>();

        public void Dispose() { }

        private static void Run(string program, params string[] arguments)
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}: {process.StandardError.ReadToEnd()}");
        }

        private static void Kernel(string? cell)
        {
            using KernelClient client = KernelClient.Start(Program);
            client.Request("kernel_info_request", []);
            if (cell is null) return;
            JsonObject reply = client.Request("execute_request", new() { ["code"] = cell, ["silent"] = false, ["store_history"] = true, ["user_expressions"] = new JsonObject(), ["allow_stdin"] = false });
            if ((string?)reply["status"] != "ok") throw new InvalidOperationException($"The cell failed: {reply.ToJsonString()}");
        }
    }
}
