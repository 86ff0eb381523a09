namespace ITContrast.Notebooks.Magics;

/// <summary>A language beside C# that keeps values between cells.</summary>
internal interface IPolyglot
{
    /// <summary>Runs a part and shows what it results in. Called on the cells' thread.</summary>
    /// <exception cref="Worker.CellFailure">The code does not compile or fails, with lines for the reader.</exception>
    void Run(CellPart part);

    /// <summary>A value that the language holds.</summary>
    bool TryGet(string name, out object? value);

    /// <summary>Gives the language a value.</summary>
    void Set(string name, object? value);
}
