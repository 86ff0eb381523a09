namespace ITContrast.Benchmarks.Running;

/// <summary>A row that counts for nothing: a contender failed, or they compute different things.</summary>
internal sealed class RowException(string message) : Exception(message);
