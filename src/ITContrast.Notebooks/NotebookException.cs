namespace ITContrast.Notebooks;

/// <summary>A notebook, a file beside it, or the engine's surroundings are not as they must be; the message is for the user and says what to do.</summary>
public sealed class NotebookException(string message, Exception? inner = null) : Exception(message, inner);
