using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>
/// Two graph convolutions from word vectors to a basis of concepts.
/// <code>C = normalize( Â · LeakyReLU₀.₂( Â · C₀ · W₁ ) · W₂ )        no biases</code>
/// Source: CVSE (ECCV 2020), widths 300 → 512 → 1024 [V]; here 512 is a parameter and the word vectors come from the training captions, GloVe being no part of
/// this project [I].
/// </summary>
public sealed class GraphConvolution : nn.Module, IStreamInitialised
{
    private readonly Tensor adjacency;
    private readonly Parameter words, first, second;

    /// <summary>Creates the layers.</summary>
    /// <param name="graph">Â.</param>
    /// <param name="wordVectors">C₀, <c>[C, W]</c>; learned further.</param>
    /// <param name="hidden">Width between the layers.</param>
    /// <param name="dimension">D of the basis.</param>
    /// <exception cref="ShapeException">Word vectors do not have a row a concept.</exception>
    public GraphConvolution(ConceptGraph graph, Tensor wordVectors, int hidden, int dimension) : base(nameof(GraphConvolution))
    {
        if (wordVectors.ndim != 2 || wordVectors.shape[0] != graph.Concepts.Count)
            throw new ShapeException($"Expected word vectors [{graph.Concepts.Count}, W], found [{string.Join(", ", wordVectors.shape)}].");
        (adjacency, Concepts) = (graph.ToTensor(), graph.Concepts);
        words = new Parameter(wordVectors.detach().clone());
        first = new Parameter(zeros(wordVectors.shape[1], hidden));
        second = new Parameter(zeros(hidden, dimension));
        RegisterComponents();
    }

    /// <summary>Names of the concepts, C of them.</summary>
    public IReadOnlyList<string> Concepts { get; }

    /// <summary>Begins with other word vectors, C₀.</summary>
    /// <param name="wordVectors">One row a concept, <c>[C, W]</c>, in the order of <see cref="Concepts"/>.</param>
    /// <exception cref="ShapeException">The vectors have another shape.</exception>
    public void SetWords(Tensor wordVectors)
    {
        if (!wordVectors.shape.SequenceEqual(words.shape))
            throw ShapeException.Of("the concepts' word vectors", string.Join(", ", words.shape), wordVectors.shape);
        using var _ = no_grad();
        words.copy_(wordVectors);
    }

    /// <inheritdoc/>
    public void Initialise(InitialStream stream)
    {
        stream.XavierUniform(nameof(first), first);
        stream.XavierUniform(nameof(second), second);
    }

    /// <summary>The concept basis, unit rows <c>[C, D]</c>.</summary>
    public Tensor Basis()
    {
        var hidden = nn.functional.leaky_relu(SparseProduct.Of(adjacency, words).matmul(first), 0.2);
        return nn.functional.normalize(SparseProduct.Of(adjacency, hidden).matmul(second));
    }
}
