using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>
/// CODER's concept branch: instances of both modalities ask one concept basis for their descriptors, and the descriptors predict the pair's pseudo label.
/// Source: CODER (ECCV 2022), "learns to query from commonsense knowledge graph", pseudo-clustering-label prediction [A]; built from CVSE's parts [V, I].
/// </summary>
public sealed class ConceptBranch : nn.Module
{
    private readonly GraphConvolution graph;
    private readonly ConceptQuery images, captions;
    private readonly Linear clusters;

    /// <summary>Creates the branch.</summary>
    /// <param name="concepts">The concept graph.</param>
    /// <param name="wordVectors">Its word vectors, <c>[C, W]</c>.</param>
    /// <param name="dimension">D of the instances.</param>
    /// <param name="clusterCount">Pseudo labels.</param>
    public ConceptBranch(ConceptGraph concepts, Tensor wordVectors, int dimension, int clusterCount) : base(nameof(ConceptBranch))
    {
        graph = new GraphConvolution(concepts, wordVectors, dimension, dimension);
        (images, captions) = (new ConceptQuery(dimension, dimension), new ConceptQuery(dimension, dimension));
        clusters = nn.Linear(dimension, clusterCount);
        RegisterComponents();
    }

    /// <summary>The concept basis, <c>[C, D]</c>.</summary>
    public Tensor Basis() => graph.Basis();

    /// <summary>Descriptors of image instances, unit rows <c>[B, D]</c>.</summary>
    public Tensor OfImages(Tensor instances, Tensor basis) => images.Ask(instances, basis).Descriptors;

    /// <summary>Descriptors of caption instances, unit rows <c>[B, D]</c>: each from its own caption alone.</summary>
    public Tensor OfCaptions(Tensor instances, Tensor basis) => captions.Ask(instances, basis).Descriptors;

    /// <summary>Announces <see cref="Basis"/>: its backward pass will run beside that of what is computed before it is described with.</summary>
    internal SideGradient Graph() => SideGradient.Before(graph);

    /// <summary>Descriptors of both halves of pairs; the backward passes of the two run beside each other.</summary>
    /// <param name="instances">x of both.</param>
    /// <param name="announced">What <see cref="Graph"/> gave; the basis is no such part when null.</param>
    internal Pair Describe(Pair instances, SideGradient? announced = null)
    {
        var basis = announced?.Run(_ => Basis()) ?? Basis();
        var ofCaptions = SideGradient.Before(captions, instances.Captions, basis);
        return new(OfImages(instances.Images, basis), ofCaptions.Run(x => OfCaptions(x[0], x[1])));
    }

    /// <summary>Announces <see cref="Predict"/> of descriptors, as <see cref="Graph"/> does the basis.</summary>
    internal SideGradient Prediction(Pair descriptors) => SideGradient.Before(clusters, descriptors.Images, descriptors.Captions);

    /// <summary>Logits of both descriptors' pseudo labels, <c>[2B, clusters]</c>: the images' and then the captions'.</summary>
    internal Tensor Predict(Tensor imageDescriptors, Tensor captionDescriptors) => cat([clusters.call(imageDescriptors), clusters.call(captionDescriptors)], 0);

    /// <summary>Mean cross entropy of both descriptors' predictions against the pair's pseudo label.</summary>
    /// <param name="predictions">What <see cref="Predict"/> gave.</param>
    /// <param name="labels">Of the pairs, <c>[B]</c>.</param>
    internal static Tensor PredictionLoss(Tensor predictions, Tensor labels) => nn.functional.cross_entropy(predictions, cat([labels, labels], 0));
}
