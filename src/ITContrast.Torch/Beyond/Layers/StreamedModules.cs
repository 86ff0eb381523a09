using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>What a model made of streamed layers is told from outside: its step, and its start values.</summary>
public static class StreamedModules
{
    /// <summary>
    /// Starts a step: every <see cref="IStreamedLayer"/> below (and including) <paramref name="module"/> draws from the stream
    /// (seed, its path, step, call) from now on.
    /// </summary>
    /// <param name="module">The model, always the same root, since paths count from it.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The training step.</param>
    /// <param name="call">
    /// The number of each layer's first draw in the pass that follows. Passes over chunks of one batch take numbers of their own
    /// (chunk × draws a pass), and a pass that is computed again takes the number it had.
    /// </param>
    public static void BeginStep(this nn.Module module, ulong seed, long step, long call = 0)
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (var (path, part) in Parts(module))
            if (part is IStreamedLayer layer) layer.Stream.Begin(seed, path, step, call);
    }

    /// <summary>
    /// Gives every layer its usual start values, drawn from the stream (seed, path of the parameter): the same on every run, thread and
    /// order of construction. Knows linear, embedding, convolution, recurrent and normalising layers; a module with parameters
    /// of its own implements <see cref="IStreamInitialised"/>, and what does neither keeps its values.
    /// </summary>
    /// <returns>The module itself.</returns>
    public static T Initialise<T>(this T module, ulong seed) where T : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (var (path, part) in Parts(module)) LayerInitialiser.Initialise(part, new InitialStream(seed, path));
        return module;
    }

    private static IEnumerable<(string Path, nn.Module Module)> Parts(nn.Module root, string path = "")
    {
        yield return (path, root);
        // TorchSharp also registers a child under the name of the field that holds it: its first name, which its module gave it, counts.
        foreach (var (name, child) in root.named_children().DistinctBy(c => c.module, ReferenceEqualityComparer.Instance))
            foreach (var part in Parts(child, path.Length == 0 ? name : $"{path}.{name}"))
                yield return part;
    }
}
