using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>An encoder whose word vectors are given before training.</summary>
public interface IWordTable
{
    /// <summary>Sets the word vectors.</summary>
    /// <param name="table"><c>[vocabulary, E]</c>, row 0 zero.</param>
    /// <exception cref="ShapeException">The table has another shape.</exception>
    void SetWords(Tensor table);
}
