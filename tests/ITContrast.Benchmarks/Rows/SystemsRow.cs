using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Experiments;
using ITContrast.Synthesis;
using ITContrast.Systems;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>
/// An epoch of every system on the embedded dataset, each on the light backbone, against plain InfoNCE; with what synthesis and a queue add to a step.
/// </summary>
internal sealed class SystemsRow : Row
{
    private const string Baseline = "infonce",
        Synthesis = "itcontrast",
        NoSynthesis = "itcontrast, λ = 0",
        Explicit = "itcontrast, explicit path",
        Queue = "coder, 4,096 keys",
        NoQueue = "coder, no queue";
    private const string OneBranch = "coder without concepts, 4,096 keys", OneBranchNone = "coder without concepts, no queue";
    private const string Teachers = "teachers", Parts = "parts", Near = "near";

    // Their cross attention reads every region of every image beside every word of every caption: the cost that the others avoid.
    private static readonly string[] Attending = ["scan", "distilled"];

    // Near the limit: beside InfoNCE alone and for longer, so that an epoch is divided by one of the same few seconds, and compiling is over.
    private static readonly string[] Heaviest = ["vse-infinity", "hal-global", "coder"];

    public override string Name => "systems";

    public override string Title => "a whole epoch of each system on the light backbone, pictocap, B = 256, one torch thread on two cores, as ./itc trains";

    public override int Rounds => 3;

    // As ./itc trains: operators of this size gain nothing from a second thread, and CODER's two encoders take a core each.
    public override int Threads => 1;

    // Several epochs, or forty steps and more, of every system in each process: what synthesis adds is a few percent of a step.
    public override double Seconds => 5;

    // Each times other systems: there is no value that they share and could be held to.
    public override IReadOnlyList<Contender> Contenders { get; } =
    [
        new("C#", Side.CSharp) { Tolerance = null },
        new("C#, the heaviest", Side.CSharp, Near) { Tolerance = null, Seconds = 15 },
        new("C#, cross attention", Side.CSharp, Teachers) { Tolerance = null },
        new("C#, what a part adds", Side.CSharp, Parts) { Tolerance = null },
    ];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        .. Recipes.Names.Where(name => name != Baseline).Select(name => Against(name)),
        new("what synthesis adds: itcontrast ÷ its λ = 0", new("C#, what a part adds", Synthesis), new("C#, what a part adds", NoSynthesis), 1.02),
        new("the same by the explicit path", new("C#, what a part adds", Explicit), new("C#, what a part adds", NoSynthesis), null),
        new("what four queues of 4,096 keys add: coder ÷ without", new("C#, what a part adds", Queue), new("C#, what a part adds", NoQueue), 1.05),
        new(
            "what two queues of 4,096 instances add: coder without concepts ÷ without", new("C#, what a part adds", OneBranch),
            new("C#, what a part adds", OneBranchNone), 1.05),
    ];

    private static Comparison Against(string name)
    {
        string process = Attending.Contains(name) ? "C#, cross attention" : Heaviest.Contains(name) ? "C#, the heaviest" : "C#";
        bool attends = Attending.Contains(name);
        return new($"{name} ÷ {Baseline}", new(process, name), new(process, Baseline), attends ? null : 1.5)
        {
            Exempt = attends ? "cross attention over all pairs" : null,
        };
    }

    public override string Note => SystemsArithmetic.Table() +
        """

        Limits. The products above are what the methods are, as METHODS names their parts; they are half of a step, and the rest (recurrent steps, dropout, softmax) grows with them. CODER encodes every
        batch twice, by the trained and by the momentum encoders, runs a graph convolution and two attentions in both, and reads four queues. Two cores share that: forward, the momentum encoders
        run beside the trained ones, and half of the queues beside the other half; backward, the graph convolution, the captions' attention, the prediction, the image heads and the recurrent layer's
        second direction run beside the rest. A second core that is not free shows here at once, and hardly in the others.
        What is fixed (whitening, word vectors) is computed once for both encoders; the graph's matrix is one in sixty full, and only that is multiplied.
        VSE∞ computes neither on padding nor on regions that its size augmentation drops, and pools sorted sets in one node.
        A queue's keys are bfloat16 and are read a block at a time, on the processor's bf16 tiles or in its vectors: a product for scores, one for sums, the exponentials between them while they
        are in cache. Where the space is crowded every key counts; where few keys are near, blocks of far ones are passed by. The 5 % are asked of all queues together.
        Synthesis mixes eight keys into each of an anchor's four representatives, and sums them where it measures them, forward and backward: 0.03 G, 1 % of InfoNCE's
        products, in place of a Gram matrix. By clocks around its parts, which add 1.2 ms to a step of 80, finding an anchor's 32 hardest keys and the sums forward take a quarter each, the sums
        backward a third, and the softmax over groups, telemetry and small calls the rest. InfoNCE is one node of the graph, of which synthesised negatives are further columns: they cost it
        less than clocks tell apart.
        """;

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        Safetensors.Save(file, new Dictionary<string, Tensor> { ["none"] = zeros(1) });
    }

    public override IWork Work(string variant, string file) => variant switch
    {
        Teachers => new SystemSteps([.. Attending.Prepend(Baseline).Select(name => (name, Config(name, new())))]),
        Parts => new SystemSteps(
        [
            (Synthesis, Config("itcontrast", new())), (NoSynthesis, Config("itcontrast", new() { Operators = [] })),
            (Explicit, Config("itcontrast", new() { Synthesis = new() { Path = SynthesisPath.Explicit } })),
            // All have momentum encoders and the concept branch, so that the queues alone differ.
            (Queue, Config("coder", new() { Coder = new() { QueueLength = 4096 } })), (NoQueue, Config("coder", new() { Coder = new() { QueueLength = 0 } })),
            (
                OneBranch,
                Config(
                    "coder",
                    new()
                    {
                        Coder = new() { QueueLength = 4096, ConceptWeight = 0 },
                    })),
            (
                OneBranchNone,
                Config(
                    "coder",
                    new()
                    {
                        Coder = new() { QueueLength = 0, ConceptWeight = 0 },
                    })),
        ]),
        Near => new SystemEpochs([.. Heaviest.Prepend(Baseline).Select(name => (name, Config(name, new())))]),
        _ => new SystemEpochs([.. Recipes.Names.Except(Attending).Except(Heaviest).Select(name => (name, Config(name, new())))]),
    };

    private static RunConfig Config(string system, MethodConfig method) => new() { System = system, Method = method, WordNet = false };
}
