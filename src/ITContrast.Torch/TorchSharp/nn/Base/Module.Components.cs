using System.Collections;
using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// Registers every field of the class (and of its bases) that holds a parameter, a tensor (as buffer) or a module, under the
            /// field's name. Beyond TorchSharp, arrays, lists and string-keyed dictionaries of modules are registered too, as
            /// <c>field.0</c>, <c>field.key</c>, and lists of parameters likewise. Call it once all fields are assigned.
            /// </summary>
            /// <exception cref="ArgumentException">Two fields ask for one name.</exception>
            protected virtual void RegisterComponents()
            {
                foreach (var field in FieldsFromBaseToDerived(GetType()))
                {
                    var value = field.GetValue(this);
                    if (value is null || IsRegistered(value)) continue;
                    Register(ComponentName(field), value);
                }
            }

            private void Register(string key, object value)
            {
                switch (value)
                {
                    case Module module: register_module(key, module); break;
                    case Parameter parameter: register_parameter(key, parameter); break;
                    case Tensor tensor: register_buffer(key, tensor); break;
                    case IEnumerable<Module> modules: register_module(key, new ModuleList<Module>([.. modules])); break;
                    case IEnumerable<Parameter> list: register_module(key, new ParameterList([.. list])); break;
                    case IDictionary dictionary when Modules(dictionary) is { } entries: register_module(key, new ModuleDict<Module>(entries)); break;
                }
            }

            private bool IsRegistered(object value) =>
                childEntries.Values.Any(c => ReferenceEquals(c, value))
                || parameterEntries.Values.Any(p => ReferenceEquals(p, value))
                || bufferEntries.Values.Any(b => ReferenceEquals(b.Tensor, value));

            private static (string, Module)[]? Modules(IDictionary dictionary)
            {
                var entries = dictionary.Keys.OfType<string>().Where(k => dictionary[k] is Module).Select(k => (k, (Module)dictionary[k]!)).ToArray();
                return entries.Length > 0 && entries.Length == dictionary.Count ? entries : null;
            }

            private static IEnumerable<FieldInfo> FieldsFromBaseToDerived(Type type)
            {
                var levels = new Stack<Type>();
                for (var t = type; t is not null && t != typeof(Module); t = t.BaseType) levels.Push(t);
                const BindingFlags declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
                return levels.SelectMany(t => t.GetFields(declared).OrderBy(f => f.MetadataToken));
            }

            // The compiler names the fields behind properties "<Name>k__BackingField" and behind primary constructors "<name>P".
            private static string ComponentName(FieldInfo field)
            {
                if (field.GetCustomAttribute<ComponentNameAttribute>() is { Name.Length: > 0 } named) return named.Name;
                return field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>')] : field.Name;
            }
        }
    }
}
