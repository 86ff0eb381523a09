using System.Text;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Writes parameters and persistent buffers in TorchSharp's own format (not safetensors, not .pth).</summary>
            /// <param name="location">The file; it is replaced once it is complete.</param>
            /// <param name="skip">Names that are left out.</param>
            public virtual Module save(string location, IList<string>? skip = null)
            {
                var temporary = location + ".partial";
                using (var file = File.Create(temporary)) save(file, skip);
                File.Move(temporary, location, overwrite: true);
                return this;
            }

            /// <inheritdoc cref="save(string, IList{string})"/>
            public virtual Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
                return save(writer, skip);
            }

            /// <inheritdoc cref="save(string, IList{string})"/>
            public virtual Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                var kept = state_dict();
                foreach (var name in skip ?? []) kept.Remove(name);
                save_state_dict(writer, kept);
                return this;
            }

            /// <summary>Writes tensors by name in TorchSharp's own format.</summary>
            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd)
            {
                TensorStream.Encode(writer, sd.Count);
                foreach (var (key, tensor) in sd)
                {
                    writer.Write(key);
                    TensorStream.Write(writer, tensor);
                }
                writer.Flush();
            }

            /// <summary>Reads what <c>save</c> wrote; the module changes only once the whole file was read and fits.</summary>
            /// <param name="location">The file.</param>
            /// <param name="strict">Whether missing or unexpected names are an error.</param>
            /// <param name="skip">Names that are neither read nor missed.</param>
            /// <param name="loadedParameters">Takes, for each name of the file, whether the module has it.</param>
            /// <exception cref="InvalidDataException">The file is damaged.</exception>
            /// <exception cref="InvalidOperationException">Names (strict) or shapes differ.</exception>
            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var file = File.OpenRead(location);
                return load(file, strict, skip, loadedParameters);
            }

            /// <inheritdoc cref="load(string, bool, IList{string}, Dictionary{string, bool})"/>
            public virtual Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
                return load(reader, strict, skip, loadedParameters);
            }

            /// <inheritdoc cref="load(string, bool, IList{string}, Dictionary{string, bool})"/>
            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var scope = NewDisposeScope();
                var source = ReadAll(reader);
                load_state_dict(source, strict, skip);
                if (loadedParameters is null) return this;
                var own = state_dict();
                foreach (var name in source.Keys) loadedParameters[name] = own.ContainsKey(name) && skip?.Contains(name) != true;
                return this;
            }

            private static Dictionary<string, Tensor> ReadAll(BinaryReader reader)
            {
                var entries = new Dictionary<string, Tensor>();
                try
                {
                    var count = TensorStream.Decode(reader);
                    for (long i = 0; i < count; i++)
                    {
                        var name = TensorStream.ReadName(reader);
                        if (!entries.TryAdd(name, TensorStream.Read(reader, name)))
                            throw new InvalidDataException($"The module file holds '{name}' twice; it is damaged.");
                    }
                }
                catch (EndOfStreamException error)
                {
                    throw new InvalidDataException($"The module file ends after {entries.Count} tensors; was it cut short?", error);
                }
                return entries;
            }
        }
    }
}
