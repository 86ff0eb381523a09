namespace ITContrast.Torch;

/// <summary>How the tensors of all ranks become one.</summary>
public enum ReduceOperation
{
    /// <summary>The sum.</summary>
    Sum = 0,
    /// <summary>The sum divided by the number of ranks.</summary>
    Mean = 1,
    /// <summary>The product.</summary>
    Product = 2,
    /// <summary>The least.</summary>
    Minimum = 3,
    /// <summary>The greatest.</summary>
    Maximum = 4,
}
