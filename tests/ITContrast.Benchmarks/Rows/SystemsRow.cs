using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Experiments;
using ITContrast.Losses;
using ITContrast.Synthesis;
using ITContrast.Systems;
using ITContrast.Text;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Rows;

/// <summary>An epoch of every system on the embedded dataset, each on the light backbone, against plain InfoNCE; with what synthesis and a queue add to a step.</summary>
internal sealed class SystemsRow : Row
{
    private const string Baseline = "infonce", Synthesis = "itcontrast", NoSynthesis = "itcontrast, λ = 0", Explicit = "itcontrast, explicit path", Queue = "coder, 4,096 keys", NoQueue = "coder, no queue";
    private const string Teachers = "teachers", Parts = "parts";

    // Their cross attention reads every region of every image beside every word of every caption: the cost that the others avoid.
    private static readonly string[] Attending = ["scan", "distilled"];

    public override string Name => "systems";

    public override string Title => "an epoch of each system on the light backbone, pictocap, B = 256";

    public override int Rounds => 3;

    // Forty turns or more of every system in each process: what synthesis adds is a few percent of a step.
    public override double Seconds => 5;

    // Each times other systems: there is no value that they share and could be held to.
    public override IReadOnlyList<Contender> Contenders { get; } =
    [
        new("C#", Side.CSharp) { Tolerance = null },
        new("C#, cross attention", Side.CSharp, Teachers) { Tolerance = null },
        new("C#, what a part adds", Side.CSharp, Parts) { Tolerance = null },
    ];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        .. Recipes.Names.Where(name => name != Baseline).Select(name => Attending.Contains(name)
            ? new Comparison($"{name} ÷ {Baseline}", new("C#, cross attention", name), new("C#, cross attention", Baseline), null) { Exempt = "cross attention over all pairs" }
            : new($"{name} ÷ {Baseline}", new("C#", name), new("C#", Baseline), 1.5)),
        new("what synthesis adds: itcontrast ÷ its λ = 0", new("C#, what a part adds", Synthesis), new("C#, what a part adds", NoSynthesis), 1.02),
        new("the same by the explicit path", new("C#, what a part adds", Explicit), new("C#, what a part adds", NoSynthesis), null),
        new("what a queue of 4,096 keys adds: coder ÷ without", new("C#, what a part adds", Queue), new("C#, what a part adds", NoQueue), 1.05),
    ];

    public override string Note =>
        """
        Limits, by libtorch's record of operators in one step. The matrix products alone, in multiplications and additions: InfoNCE 4.0 G, VSE∞ 6.1 G (1.5 times as many),
        CODER without queues 8.2 G (2.05 times), with its default four queues of 2,048 keys 9.9 G (2.5 times). Products are half of a step and the rest grows with them, so CODER's target lies below
        its arithmetic: it encodes every batch twice, by the trained and by the momentum encoders (2.0 G), and runs the graph convolution, two attentions and the clusters of its concept branch, in both
        encoders (2.1 G). A direction of a recurrent unit is one node of the graph, which took InfoNCE from 8,156 operator calls to 5,930, VSE∞ from 18,378 to 12,920 and CODER from
        15,335 to 11,997. A queue costs two products of 256 × 256 × K in fp32, and the exponentials of 256 × K weights between them, where its space is crowded, as the concept branch's is:
        every concept descriptor mixes the same basis. Where few keys are near, as in the instance branch (1 in 10,000 of the pairs after an epoch), a bf16 product finds them and
        they alone are scored, weighted and summed: 4 ms of CPU in place of 20 for 4,096 keys, side by side on a busy machine. Synthesis by the algebraic path adds a Gram matrix and one product of the
        backward pass a direction, 0.13 G or 3 % of InfoNCE's products, and 740 calls on small tensors beside 5,930: more than the 2 % that were aimed at.
        """;

    public override void Prepare(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        Safetensors.Save(file, new Dictionary<string, Tensor> { ["none"] = zeros(1) });
    }

    public override IWork Work(string variant, string file) => new Epochs(variant switch
    {
        Teachers => [.. Attending.Prepend(Baseline).Select(name => (name, Config(name, new())))],
        Parts =>
        [
            (Synthesis, Config("itcontrast", new())), (NoSynthesis, Config("itcontrast", new() { Operators = [] })),
            (Explicit, Config("itcontrast", new() { Synthesis = new() { Path = SynthesisPath.Explicit } })),
            // Both have momentum encoders and the concept branch, so that the queues alone differ.
            (Queue, Config("coder", new() { Coder = new() { QueueLength = 4096 } })), (NoQueue, Config("coder", new() { Coder = new() { QueueLength = 0 } })),
        ],
        _ => [.. Recipes.Names.Except(Attending).Select(name => (name, Config(name, new())))],
    });

    private static RunConfig Config(string system, MethodConfig method) => new() { System = system, Method = method, WordNet = false };

    /// <summary>One step of each system in turn, over the epoch's first batches, counted as an epoch's steps.</summary>
    private sealed class Epochs : IWork
    {
        private const int Batches = 8;

        private readonly PairDataset dataset;
        private readonly PairBatch[] batches;
        private readonly int steps;
        private readonly List<(string Name, IMatchingSystem System, DecoupledAdam Optimizer)> systems = [];

        public Epochs(IReadOnlyList<(string Name, RunConfig Config)> configurations)
        {
            RunConfig config = Config(Baseline, new());
            dataset = LightRun.OpenData(config);
            ITokenizer vocabulary = LightRun.Vocabulary(config, dataset);
            BatchPlan plan = new(dataset.Split("train"), config.Training.BatchSize, 1, 1);
            PairCollator collator = new(dataset, vocabulary);
            (batches, steps) = ([.. Enumerable.Range(0, Batches).Select(i => collator.Collate(plan[i]))], plan.Count);
            // Fitted once for all: on images and words that all look alike, queues and hard negatives would be others than in training.
            using IMatchingSystem fitted = LightRun.NewSystem(config, dataset, vocabulary);
            LightBackbone backbone = fitted.Module.modules().OfType<LightBackbone>().Single();
            foreach ((string name, RunConfig one) in configurations)
            {
                IMatchingSystem system = LightRun.EmptySystem(one, dataset, vocabulary);
                system.Module.Initialise(1);
                foreach (IWordTable encoder in system.Module.modules().OfType<IWordTable>()) encoder.SetWords(backbone.Words);
                foreach (LightBackbone other in system.Module.modules().OfType<LightBackbone>()) other.Whitening!.load_state_dict(backbone.Whitening!.state_dict());
                system.Module.train();
                systems.Add((name, system, new(system.Module.named_parameters(), 0.05)));
                // A run's first step makes the momentum encoders copies of the trained ones; the steps that are timed are later ones.
                Train(system, systems[^1].Optimizer, 0);
            }
        }

        public IReadOnlyList<Case> Cases
        {
            get
            {
                List<Case> cases = [];
                foreach (var (name, system, optimizer) in systems)
                {
                    long step = steps;
                    cases.Add(new(name, () => Train(system, optimizer, step++), 1.0 / steps));
                }
                return cases;
            }
        }

        public IReadOnlyDictionary<string, Tensor> Results() => new Dictionary<string, Tensor>();

        public void Dispose()
        {
            foreach (var (_, system, optimizer) in systems)
            {
                optimizer.Dispose();
                system.Dispose();
            }
            foreach (PairBatch batch in batches) batch.Dispose();
            dataset.Dispose();
        }

        private void Train(IMatchingSystem system, DecoupledAdam optimizer, long number)
        {
            using DisposeScope scope = NewDisposeScope();
            PairBatch batch = batches[number % Batches];
            system.Module.BeginStep(1, number);
            system.Module.zero_grad();
            TrainingStep step = new(1, number, (int)(number / steps), steps);
            LossResult result = system.Loss(batch, step);
            result.Value.backward();
            optimizer.Step(1e-3);
            system.AfterStep(batch, step);
        }
    }
}
