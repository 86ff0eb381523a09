using System.Diagnostics;
using System.Text.Json.Nodes;
using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>
/// How long one waits: for the command line, for a notebook session to be ready, for the first cell that uses the library, for one after it; beside Python's
/// <c>import torch</c>.
/// </summary>
internal sealed class StartRow : Row
{
    private const string Import = "import torch",
        Cli = "command line",
        Ready = "kernel ready",
        FirstCell = "first cell",
        NextCell = "next cell",
        Lines = "10,000 lines";

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
        new("a kernel that answers, from its start", new("processes", Ready), null, 2, Measure.Seconds),
        new("its first cell, with the library, from the kernel's start", new("processes", FirstCell), null, 3, Measure.Seconds),
        new("a trivial cell after the first", new("processes", NextCell), null, 0.05, Measure.Seconds),
        new("a cell that prints 10,000 lines", new("processes", Lines), null, 0.25, Measure.Seconds),
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
        private KernelClient? running;

        public IReadOnlyList<Case> Cases =>
        [
            new(Import, () => Run("/usr/bin/python3", "-c", "import torch")), new(Cli, () => Run(Program, "--help")),
            new(Ready, () => Kernel(null)), new(FirstCell, () => Kernel("#r \"nuget: ITContrast, 0.1.0\"\nTorchSharp.torch.ones(2).sum().item<float>()")),
            new(NextCell, () => Execute(Running, "1 + 1")), new(Lines, () => Execute(Running, "for (var i = 0; i < 10_000; i++) Console.WriteLine(i);")),
        ];

        /// <summary>A kernel that has run its first cell.</summary>
        private KernelClient Running
        {
            get
            {
                if (running is null) Execute(running = KernelClient.Start(Program), "1");
                return running;
            }
        }

        public IReadOnlyDictionary<string, Tensor> Results() => new Dictionary<string, Tensor>();

        public void Dispose() => running?.Dispose();

        private static void Run(string program, params string[] arguments)
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}: {process.StandardError.ReadToEnd()}");
        }

        private static void Kernel(string? cell)
        {
            using KernelClient client = KernelClient.Start(Program);
            client.Request("kernel_info_request", []);
            if (cell is not null) Execute(client, cell);
        }

        private static void Execute(KernelClient client, string cell)
        {
            JsonObject reply = client.Request(
                "execute_request",
                new()
                {
                    ["code"] = cell,
                    ["silent"] = false,
                    ["store_history"] = true,
                    ["user_expressions"] = new JsonObject(),
                    ["allow_stdin"] = false,
                });
            if ((string?)reply["status"] != "ok") throw new InvalidOperationException($"The cell failed: {reply.ToJsonString()}");
        }
    }
}
