using System.Globalization;

namespace ITContrast.Torch.Tests.Files;

/// <summary>
/// Mutated files: each is either refused with a <see cref="DataFileException"/> or read without leaving its bounds. Some thousands run always;
/// <c>ITC_FUZZ=100000</c> asks for more, <c>ITC_FUZZ_SEED</c> for others. The seed is fixed, so that a change fails for what it changes.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    private static readonly int Rounds = Setting("ITC_FUZZ", 1_000), Seed = Setting("ITC_FUZZ_SEED", 20_260_801);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Npy() => Fuzz([Read("oscar-tiny", "input_ids.npy"), Read("oscar-tiny", "logits.npy"), Read("oscar-tiny", "pooled_output.npy")], path =>
    {
        using NpyFile file = NpyFile.Open(path);
        return [Sum(file.View)];
    }, mustAgree: false);

    [Fact]
    public void Safetensors()
    {
        using (
            var writer = new SafetensorsWriter(
                folder.File("seed"),
                [new("a", ElementType.Int64, 3), new("b.weight", ElementType.Float32, 2, 5), new("c", ElementType.UInt8)],
            new Dictionary<string, string> { ["format"] = "pt", ["step"] = "12" }))
        {
            writer.Append<long>([1, 2, 3]);
            writer.Append<float>(new float[10]);
            writer.Append<byte>([1]);
            writer.Complete();
        }
        Fuzz([File.ReadAllBytes(folder.File("seed"))], path =>
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            return [.. file.Tensors.Select(Sum)];
        }, mustAgree: false);
    }

    // Every entry of a zip has a checksum: what is not refused must be what was saved.
    [Fact]
    public void TorchZip() =>
        Fuzz(
            [Read("torch-files", "views-zip.pt"), Read("torch-files", "checkpoint-zip.pt"), Read("torch-files", "views-deflated.pt")], ReadTorch,
            mustAgree: true);

    [Fact]
    public void TorchStream() =>
        Fuzz(
            [Read("torch-files", "views-legacy.pt"), Read("torch-files", "checkpoint-legacy.pt"), Read("torch-files", "tensor-legacy.pt")], ReadTorch,
            mustAgree: false);

    private static List<string> ReadTorch(string path)
    {
        using TorchFile file = TorchFile.Open(path);
        return [.. file.Tensors.Select(Sum)];
    }

    private void Fuzz(byte[][] seeds, Func<string, List<string>> read, bool mustAgree)
    {
        string path = folder.File("mutated");
        var random = new Random(Seed);
        List<string>[] whole = [.. seeds.Select(bytes => read(folder.Write("whole", bytes)))];
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            int which = random.Next(seeds.Length);
            byte[] mutated = Mutation.Of(seeds[which], random);
            File.WriteAllBytes(path, mutated);
            try
            {
                List<string> found = read(path);
                if (mustAgree) Assert.Equal(whole[which], found);
            }
            catch (DataFileException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail(FormattableString.Invariant($"ITC_FUZZ_SEED={Seed}, round {round}, seed file {which}: {e}"));
            }
        }
        TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"{refused} of {Rounds} mutated files were refused (ITC_FUZZ_SEED={Seed})."));
        // A mutation that never reaches a check would make this test empty.
        Assert.True(refused > Rounds / 10, FormattableString.Invariant($"only {refused} of {Rounds} were refused, ITC_FUZZ_SEED={Seed}"));
    }

    // The name, the shape and a digest of every element, so that all bytes are touched.
    private static string Sum(TensorView view)
    {
        // A stride of 0 makes a tensor of any size from one element; copying all of it is the caller's decision.
        string described = $"{view.Name} {view.Type} {string.Join(",", view.Shape)}";
        if (view.Count > 1 << 20) return described;
        ulong sum = 14695981039346656037;
        void Add<T>() where T : unmanaged
        {
            foreach (byte b in System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(view.ToArray<T>())) sum = (sum ^ b) * 1099511628211;
        }
        switch (view.Type)
        {
            case ElementType.Float32: Add<float>(); break;
            case ElementType.Float64: Add<double>(); break;
            case ElementType.Float16: Add<Half>(); break;
            case ElementType.BFloat16: Add<ushort>(); break;
            case ElementType.Int64: Add<long>(); break;
            case ElementType.Int32: Add<int>(); break;
            case ElementType.Int16: Add<short>(); break;
            case ElementType.Int8: Add<sbyte>(); break;
            case ElementType.UInt8 or ElementType.Bool: Add<byte>(); break;
        }
        return FormattableString.Invariant($"{described} {sum:x}");
    }

    private static byte[] Read(params string[] parts) => File.ReadAllBytes(Fixtures.Path(parts));

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
