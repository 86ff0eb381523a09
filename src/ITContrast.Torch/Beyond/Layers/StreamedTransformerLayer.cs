using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// One transformer encoder layer, batch first, whose dropouts draw from named streams.
/// <code>
///   after (BERT):   x ← norm(x + drop(attend(x)))        x ← norm(x + drop(W₂ gelu(W₁x)))
///   before:         x ← x + drop(attend(norm(x)))        x ← x + drop(W₂ gelu(W₁ norm(x)))
/// </code>
/// Source: Vaswani et al., NeurIPS 2017, section 3.1; Xiong et al., ICML 2020, for normalising before.
/// </summary>
public sealed class StreamedTransformerLayer : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly StreamedAttention attention;
    private readonly Linear expand;
    private readonly Linear contract;
    private readonly LayerNorm attentionNorm;
    private readonly LayerNorm outputNorm;
    private readonly StreamedDropout attentionDropout;
    private readonly StreamedDropout outputDropout;
    private readonly bool normFirst;

    /// <param name="dimension">E.</param>
    /// <param name="heads">A divisor of E.</param>
    /// <param name="feedForward">The features between the two linear layers.</param>
    /// <param name="dropout">The probability of a zero, among weights and after both parts.</param>
    /// <param name="normFirst">Whether normalisation comes before each part.</param>
    /// <param name="eps">ε of the normalisation; 1e-12 in BERT.</param>
    public StreamedTransformerLayer(long dimension, long heads, long feedForward, double dropout = 0.1, bool normFirst = false, double eps = 1e-5)
        : base(nameof(StreamedTransformerLayer))
    {
        this.normFirst = normFirst;
        attention = new StreamedAttention(dimension, heads, dropout);
        expand = nn.Linear(dimension, feedForward);
        contract = nn.Linear(feedForward, dimension);
        attentionNorm = nn.LayerNorm(dimension, eps);
        outputNorm = nn.LayerNorm(dimension, eps);
        attentionDropout = new StreamedDropout(dropout);
        outputDropout = new StreamedDropout(dropout);
        RegisterComponents();
    }

    /// <param name="input"><c>[B, L, E]</c>.</param>
    /// <param name="padding">bool <c>[B, L]</c>, true where a position is padding; null where none is.</param>
    /// <returns><c>[B, L, E]</c>.</returns>
    public override Tensor forward(Tensor input, Tensor? padding)
    {
        using var scope = NewDisposeScope();
        if (normFirst)
        {
            var x = input + Attend(attentionNorm.call(input), padding);
            return (x + Perceptron(outputNorm.call(x))).MoveToOuterDisposeScope();
        }
        var y = attentionNorm.call(input + Attend(input, padding));
        return outputNorm.call(y + Perceptron(y)).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor x, Tensor? padding) => attentionDropout.call(attention.call(x, x, padding));

    private Tensor Perceptron(Tensor x) => outputDropout.call(contract.call(nn.functional.gelu(expand.call(x))));
}
