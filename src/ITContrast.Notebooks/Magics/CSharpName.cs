using System.Reflection;

namespace ITContrast.Notebooks.Magics;

/// <summary>A type as C# source names it.</summary>
internal static class CSharpName
{
    /// <summary>The name, with <c>global::</c>; <c>object</c> for a type that source cannot name (not public, anonymous, dynamic).</summary>
    public static string Of(Type type) =>
        !type.IsVisible || type.Assembly.IsDynamic || type.Assembly.Location.Length == 0 || type.Name.Contains('<') ? "object"
        : type.IsArray ? Array(type)
        : type.IsByRef || type.IsPointer ? "object"
        : Full(type, type.GetGenericArguments());

    /// <summary>The assemblies of a type and of those that its name is made of.</summary>
    public static IEnumerable<Assembly> Assemblies(Type type) => Parts(type).Select(part => part.Assembly).Distinct();

    /// <summary>A type and those that its name is made of: <c>List&lt;A&gt;</c> is List and A.</summary>
    public static IEnumerable<Type> Parts(Type type) =>
        [type, .. type.HasElementType ? Parts(type.GetElementType()!) : [], .. type.GetGenericArguments().SelectMany(Parts)];

    private static string Array(Type type)
    {
        var element = Of(type.GetElementType()!);
        return element == "object" && type.GetElementType() != typeof(object) ? "object" : $"{element}[{new string(',', type.GetArrayRank() - 1)}]";
    }

    private static string Full(Type type, Type[] arguments)
    {
        if (arguments.Any(argument => argument != typeof(object) && Of(argument) == "object"))
        {
            return "object";
        }
        var taken = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var own = arguments[taken..];
        var name = type.Name.Split('`')[0] + (own.Length > 0 ? $"<{string.Join(", ", own.Select(Of))}>" : "");
        return type.DeclaringType is { } outer
            ? $"{Full(outer.IsGenericTypeDefinition ? outer.MakeGenericType(arguments[..taken]) : outer, arguments[..taken])}.{name}"
            : $"global::{(type.Namespace is { } space ? space + "." : "")}{name}";
    }
}
