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
            /// field's name, unless that name is taken; the field behind a property is <c>&lt;Property&gt;k__BackingField</c>, as in TorchSharp.
            /// Beyond TorchSharp, arrays, lists and string-keyed dictionaries of modules are registered too, as <c>field.0</c>,
            /// <c>field.key</c>, and lists of parameters likewise. Call it once all fields are assigned; being registered as a child calls it too.
            /// </summary>
            protected virtual void RegisterComponents()
            {
                foreach (var field in FieldsFromBaseToDerived(GetType()))
                {
                    var value = field.GetValue(this);
                    var key = field.GetCustomAttribute<ComponentNameAttribute>() is { Name.Length: > 0 } named ? named.Name : field.Name;
                    if (value is null || IsTaken(key) || IsRegistered(value)) continue;
                    Register(key, value);
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
                // The layer's own modules register what they hold, under PyTorch's names; their fields are not looked through.
                for (var t = type; t is not null && t != typeof(Module); t = t.BaseType)
                    if (t.Namespace != typeof(Linear).Namespace || t.Assembly != typeof(Linear).Assembly) levels.Push(t);
                const BindingFlags declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
                return levels.SelectMany(t => t.GetFields(declared).OrderBy(f => f.MetadataToken));
            }
        }
    }
}
