using ITContrast.Systems.Coder;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

public class CoderPartTests : TorchTest
{
    private static readonly string[][] Captions = [["red", "apple"], ["red", "car"], ["green", "apple"], ["red", "apple", "tree"], ["the", "car"]];

    [Fact]
    public void A_graph_keeps_the_most_frequent_words_and_no_stop_words()
    {
        var graph = ConceptGraph.FromCaptions(Captions, 3, new HashSet<string> { "the" });
        Assert.Equal(["apple", "red", "car"], graph.Concepts);
    }

    // The published formulas, written out densely with matrices.
    [Fact]
    public void Normalisation_equals_the_dense_formula()
    {
        var random = new Random(3);
        var edges = new double[5, 5];
        for (var i = 0; i < 5; i++) for (var j = 0; j < 5; j++) edges[i, j] = i != j && random.NextDouble() < 0.5 ? 1 : 0;
        var e = tensor(edges.Cast<double>().ToArray(), [5, 5]);
        var a = e * 0.25 / (e.sum(dim: 0) + 1e-6) + eye(5, dtype: ScalarType.Float64);
        var d = diag(a.sum(1).pow(-0.5));
        var expected = a.matmul(d).T.matmul(d).data<double>().ToArray();
        Assert.All(ConceptGraph.Normalise(edges).Zip(expected), p => Assert.Equal(p.Second, p.First, 6));
    }

    [Fact]
    public void A_relation_is_a_conditional_that_passes_the_threshold()
    {
        // P = 0.2: 5^0.18 − 5^−0.02 = 0.368 ≥ 0.3; P = 0.1: 5^0.08 − 5^−0.02 = 0.169 < 0.3.
        var edges = ConceptGraph.Relate([10, 10], new[,] { { 0, 2 }, { 1, 0 } });
        Assert.Equal(1, edges[0, 1]);
        Assert.Equal(0, edges[1, 0]);
    }

    [Fact]
    public void The_query_equals_the_published_product_with_every_concept()
    {
        using var query = new ConceptQuery(6, 4).Initialise(1);
        query.eval();
        var (x, basis) = (Plane.Random(3, 6, 1).to(ScalarType.Float32), Plane.Random(5, 6, 2).to(ScalarType.Float32));
        var (descriptors, attention) = query.Ask(x, basis);
        var parts = query.named_children().ToDictionary(c => c.name, c => c.module);
        Tensor Run(string linear, string norm, Tensor t) =>
            ((nn.Module<Tensor, Tensor>)parts[norm]).call(((nn.Module<Tensor, Tensor>)parts[linear]).call(t)).tanh();
        var product = Run("concepts", "conceptNorm", basis).unsqueeze(0) * Run("instance", "instanceNorm", x).unsqueeze(1);
        var expected = (((nn.Module<Tensor, Tensor>)parts["score"]).call(product).squeeze(2) * 10).softmax(1);
        Assert.True((attention - expected).abs().max().item<float>() < 1e-5);
        Assert.True((descriptors.norm(1) - 1).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Sinkhorn_uses_all_prototypes_where_nearest_ones_collapse()
    {
        var cone = nn.functional.normalize(Plane.Random(64, 6, 1).to(ScalarType.Float32) * 0.05 + Plane.Random(1, 6, 9).to(ScalarType.Float32));
        double Entropy(ClusterAssignment assignment)
        {
            using var clusters = new PseudoClusters(8, 6, new Generator(4, CPU), assignment, iterations: 20);
            return clusters.UsageEntropy(clusters.Label(cone, cone));
        }
        Assert.True(Entropy(ClusterAssignment.Sinkhorn) > 0.9, $"Sinkhorn's usage entropy is {Entropy(ClusterAssignment.Sinkhorn):F3}");
        Assert.True(Entropy(ClusterAssignment.KMeans) < 0.3, $"k-means' usage entropy is {Entropy(ClusterAssignment.KMeans):F3}");
    }

    [Fact]
    public void Online_k_means_finds_well_separated_groups()
    {
        using var clusters = new PseudoClusters(3, 3, new Generator(2, CPU), ClusterAssignment.KMeans, momentum: 0.5);
        var centres = eye(3).repeat_interleave(20, 0);
        Tensor labels = null!;
        for (var step = 0; step < 30; step++)
        {
            var z = nn.functional.normalize(centres + Plane.Random(60, 3, step + 10).to(ScalarType.Float32) * 0.1);
            labels = clusters.Label(z, z);
        }
        var found = labels.data<long>().ToArray();
        for (var g = 0; g < 3; g++) Assert.Single(found.Skip(20 * g).Take(20).Distinct());
    }
}
