using TorchSharp;

namespace ITContrast.Systems;

/// <summary>Everything of a system that is saved and initialised, under names of its own: encoders, losses with parameters, queues, momentum copies.</summary>
internal sealed class SystemModule : torch.nn.Module
{
    /// <param name="name">The system's name.</param>
    /// <param name="parts">Named parts; what is no module (a loss without parameters) is passed over.</param>
    public SystemModule(string name, params (string Name, object Part)[] parts) : base(name)
    {
        foreach (var (part, value) in parts)
            if (value is torch.nn.Module module) register_module(part, module);
    }
}
