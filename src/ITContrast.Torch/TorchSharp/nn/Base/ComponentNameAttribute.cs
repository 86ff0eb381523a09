namespace TorchSharp.Utils;

/// <summary>The name under which <c>RegisterComponents</c> registers a field, where the field's own name is not wanted.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ComponentNameAttribute : Attribute
{
    public string Name { get; set; } = "";
}
