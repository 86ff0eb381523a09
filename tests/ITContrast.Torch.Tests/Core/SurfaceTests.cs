using System.Reflection;
using TorchSharp;

namespace ITContrast.Torch.Tests.Core;

/// <summary>
/// The part of the public surface that is TorchSharp's to the letter (names, parameter names and order, types, defaults) stays so:
/// tests/fixtures/torch/torchsharp-surface.txt lists what was found equal in both assemblies by reflection.
/// </summary>
public sealed class SurfaceTests
{
    [Fact]
    public void What_is_TorchSharps_to_the_letter_stays_so()
    {
        HashSet<string> present =
        [
            .. typeof(torch).Assembly.GetExportedTypes().Where(t => t.Namespace!.StartsWith("TorchSharp", StringComparison.Ordinal)).SelectMany(Members),
        ];
        string[] listed = File.ReadAllLines(Goldens.PyTorchHere.Committed("torchsharp-surface.txt"));
        Assert.True(listed.Length > 1000, $"the list holds {listed.Length} lines");
        string[] gone = [.. listed.Where(line => !present.Contains(line))];
        Assert.True(gone.Length == 0, string.Join(Environment.NewLine, gone));
    }

    private static IEnumerable<string> Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(m => m switch
        {
            MethodInfo method => $"{Name(type)}::{m.Name}({Parameters(method.GetParameters())}) {Name(method.ReturnType)}",
            ConstructorInfo constructor => $"{Name(type)}::new({Parameters(constructor.GetParameters())})",
            FieldInfo { IsLiteral: true } field => $"{Name(type)}::{m.Name} = {Convert.ToInt64(field.GetRawConstantValue(), null)}",
            FieldInfo field => $"{Name(type)}::{m.Name} {Name(field.FieldType)}",
            _ => "",
        });

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(p =>
        $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {FormattableString.Invariant($"{p.RawDefaultValue ?? "null"}")}" : "")}{(p.IsDefined(typeof(ParamArrayAttribute), false) ? " ..." : "")}"
    ));

    private static string Name(Type type) =>
        type.IsArray ? $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]"
        : type.IsByRef ? Name(type.GetElementType()!) + "&"
        : type.IsGenericParameter ? type.Name
        : (type.IsNested ? Name(type.DeclaringType!.IsGenericType ? type.DeclaringType.GetGenericTypeDefinition() : type.DeclaringType) + "." : "")
            + type.Name.Split('`')[0] + (type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : "");
}
