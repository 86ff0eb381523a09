using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Text;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Work;

/// <summary>
/// Systems on the embedded dataset that begin with one set of fitted words and whitening: on images and words that all look alike, queues and hard negatives
/// would be others than in training.
/// </summary>
internal sealed class TrainedSystems : IDisposable
{
    public const ulong Seed = 1;

    private readonly PairDataset dataset;

    /// <param name="configurations">The systems by name; all have the backbone of the first.</param>
    public TrainedSystems(IReadOnlyList<(string Name, RunConfig Config)> configurations)
    {
        RunConfig config = configurations[0].Config;
        dataset = LightRun.OpenData(config);
        ITokenizer vocabulary = LightRun.Vocabulary(config, dataset);
        (Collator, Split) = (new(dataset, vocabulary), dataset.Split("train"));
        using IMatchingSystem fitted = LightRun.NewSystem(new() { System = "infonce", Method = new(), WordNet = config.WordNet }, dataset, vocabulary);
        LightBackbone backbone = fitted.Module.modules().OfType<LightBackbone>().Single();
        foreach ((string name, RunConfig one) in configurations)
        {
            IMatchingSystem system = LightRun.EmptySystem(one, dataset, vocabulary);
            system.Module.Initialise(Seed);
            foreach (IWordTable encoder in system.Module.modules().OfType<IWordTable>()) encoder.SetWords(backbone.Words);
            foreach (LightBackbone other in system.Module.modules().OfType<LightBackbone>()) other.Whitening!.load_state_dict(backbone.Whitening!.state_dict());
            system.Module.train();
            All.Add((name, system));
        }
    }

    public PairCollator Collator { get; }

    public PairSplit Split { get; }

    public List<(string Name, IMatchingSystem System)> All { get; } = [];

    public void Dispose()
    {
        foreach (var (_, system) in All) system.Dispose();
        dataset.Dispose();
    }
}
