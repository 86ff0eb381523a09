using ITContrast.Data;
using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Tests.Training;
using ITContrast.Torch;
using ITContrast.Text;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

/// <summary>Where CODER's concepts come from: the captions of the training split, and no others.</summary>
public class ConceptSourceTests : TorchTest
{
    private const int Training = 12;
    private static readonly string[] Marks = ["b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"];

    // Words of the held-out captions are as frequent as any, so that one look at them would change the graph.
    private static float[] Graph(string heldOut, bool trainedOn = false)
    {
        using ToyRun images = new();
        string[] captions = [.. Enumerable.Range(0, 24).Select(row => row < Training ? $"red {(row % 2 == 0 ? "apple" : "train")} {(row % 3 == 0 ? "tree" : "rail")}" : $"{heldOut} {Marks[row - Training]}")];
        int[] rows = [.. Enumerable.Range(0, 24)];
        PairTable table = new(captions, rows, [.. rows.Select(row => (long)row)]);
        PairSplit Split(string name, int from, int to) => new(name, rows[from..to], rows[from..to], [.. Enumerable.Range(0, to - from)]);
        PairDataset data = new("toy", images.Source, table, [Split("train", 0, trainedOn ? 24 : Training), Split("val", Training, 18), Split("test", 18, 24)], "0");
        RunConfig config = new() { System = "coder", Heads = new() { Dimension = 8, Hidden = 8, WordDimension = 6, StateDimension = 4 }, Method = new() { Concepts = 4, Coder = new() { QueueLength = 4, Clusters = 2 } }, WordNet = false };
        using IMatchingSystem system = LightRun.EmptySystem(config, data, WordTokenizer.Build(["red apple train tree rail zebra desk"]));
        return [.. system.Module.state_dict().Where(entry => entry.Key.EndsWith("graph.adjacency", StringComparison.Ordinal)).SelectMany(entry => entry.Value.data<float>().ToArray())];
    }

    [Fact]
    public void A_word_of_a_test_caption_cannot_enter_the_concept_graph()
    {
        var graph = Graph("zebra desk");
        Assert.NotEmpty(graph);
        Assert.Equal(graph, Graph("apple rail"));
        Assert.Equal(graph, Graph("lamp"));
        // The same captions in the training split do change it.
        Assert.NotEqual(graph, Graph("zebra desk", trainedOn: true));
    }
}
