using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace ITContrast.Torch.Tests.Files;

// torch itself wrote the files and the digests (tests/fixtures/torch-files/make_torch_files.py).
public sealed class TorchFileTests
{
    private static readonly Dictionary<string, Dictionary<string, JsonElement[]>> Goldens =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, JsonElement[]>>>(File.ReadAllText(Fixtures.Path("torch-files", "goldens.json")))!;

    public static TheoryData<string> Files => [.. Goldens.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_tensor_is_the_one_that_torch_reads(string name)
    {
        using TorchFile file = TorchFile.Open(Fixtures.Path("torch-files", name));
        Dictionary<string, JsonElement[]> golden = Goldens[name];
        Assert.Equal(golden.Keys, file.Tensors.Select(tensor => tensor.Name));
        foreach (TensorView tensor in file.Tensors)
        {
            Assert.Equal(golden[tensor.Name][0].GetString(), TorchName(tensor.Type));
            Assert.Equal(golden[tensor.Name][1].EnumerateArray().Select(extent => extent.GetInt64()), tensor.Shape);
            Assert.Equal(golden[tensor.Name][2].GetString(), Convert.ToHexStringLower(SHA256.HashData(Bytes(tensor))));
        }
    }

    [Theory]
    [InlineData("checkpoint-zip.pt")]
    [InlineData("checkpoint-legacy.pt")]
    public void What_is_no_tensor_is_read_as_it_was_saved(string name)
    {
        using TorchFile file = TorchFile.Open(Fixtures.Path("torch-files", name));
        var root = Assert.IsType<TorchDictionary>(file.Root);
        Assert.Equal(7L, root["epoch"]);
        Assert.Equal(0.25, root["best"]);
        Assert.Equal(BigInteger.Pow(2, 70), root["big"]);
        Assert.Equal("café", root["name"]);
        Assert.Equal(false, root["done"]);
        Assert.Null(root["nothing"]);
        Assert.Equal(new object?[] { 4L, 6L }, root["size"]);
        var history = Assert.IsType<List<object?>>(root["history"]);
        Assert.Equal([1L, -2.5, new object?[] { true, "x" }], history);
        var state = (TorchDictionary)((TorchDictionary)root["optimizer"]!)["state"]!;
        Assert.Equal(3L, ((TorchDictionary)state[0L]!)["step"]);
        Assert.Throws<KeyNotFoundException>(() => root["absent"]);
    }

    [Theory]
    [InlineData("refused-system-zip.pt", "posix.system")]
    [InlineData("refused-system-legacy.pt", "posix.system")]
    [InlineData("refused-module-zip.pt", "torch.nn.modules.container.Sequential")]
    [InlineData("refused-set-zip.pt", "__builtin__.set")]
    [InlineData("goldens.json", "was not written by torch.save")]
    public void Everything_else_is_refused_by_name(string name, string what)
    {
        var error = Assert.Throws<DataFileException>(() => TorchFile.Open(Fixtures.Path("torch-files", name)));
        Assert.Contains(what, error.Message);
    }

    [Theory]
    [InlineData("x/constants.pkl", "", "TorchScript")]
    [InlineData("x/byteorder", "big", "byte order 'big'")]
    [InlineData("y/data.pkl", "N.", "no single NAME/data.pkl")]
    [InlineData("x/data.pkl", "N.", "two entries")]
    public void A_zip_of_another_kind_is_refused(string extra, string content, string message)
    {
        using var folder = new TemporaryFolder();
        using (var zip = new ZipArchive(File.Create(folder.File("a.pt")), ZipArchiveMode.Create))
        {
            foreach ((string name, string text) in new[] { ("x/data.pkl", "N."), (extra, content) })
            {
                using var writer = new StreamWriter(zip.CreateEntry(name, CompressionLevel.NoCompression).Open());
                writer.Write(text);
            }
        }
        Assert.Contains(message, Assert.Throws<DataFileException>(() => TorchFile.Open(folder.File("a.pt"))).Message);
    }

    [Fact]
    public void A_flipped_bit_in_a_zip_is_seen_when_its_tensor_is_read()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = File.ReadAllBytes(Fixtures.Path("torch-files", "tensor-zip.pt"));
        using (TorchFile whole = TorchFile.Open(Fixtures.Path("torch-files", "tensor-zip.pt")))
        {
            byte[] first = MemoryMarshal.AsBytes<float>([whole.Tensors[0].ToArray<float>()[0]]).ToArray();
            int at = bytes.AsSpan().IndexOf(first);
            bytes[at] ^= 1;
        }
        using TorchFile file = TorchFile.Open(folder.Write("a.pt", bytes));
        var error = Assert.Throws<DataFileException>(() => file.Tensors[0].ToArray<float>());
        Assert.Contains("is damaged: its checksum is", error.Message);
    }

    [Theory]
    [InlineData("views-zip.pt")]
    [InlineData("views-legacy.pt")]
    public void Any_cut_is_refused(string name)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = File.ReadAllBytes(Fixtures.Path("torch-files", name));
        for (int length = 0; length < bytes.Length; length += 37)
            Assert.Throws<DataFileException>(() => TorchFile.Open(folder.Write("cut.pt", bytes[..length])));
    }

    [Theory]
    [InlineData("ccollections\nOrderedDict\n)R.", null)]
    [InlineData("cos\nsystem\nX\u0004\0\0\0true\u0085R.", "os.system")]
    [InlineData("\u008c\u0002os\u008c\u0006system\u0093.", "os.system")]
    [InlineData("(ios\nsystem\n.", "os.system")]
    [InlineData("ctorch\nFloatStorage\n)\u0081.", "opcode 0x81")]
    [InlineData("(((", "ends with 1 values")]
    [InlineData("h\u0000.", "recalls value 0")]
    [InlineData("}]q\u0000h\u0000s.", "a dictionary key is a list")]
    [InlineData("]q\u0000h\u0000a.", "contains itself")]
    [InlineData("X\u00ff\u00ff\u00ff\u007f.", "announced")]
    public void A_pickle_builds_values_and_runs_nothing(string pickle, string? refusal)
    {
        using var folder = new TemporaryFolder();
        byte[] body = [0x80, 2, .. pickle.Select(c => (byte)c)];
        byte[] header = File.ReadAllBytes(Fixtures.Path("torch-files", "tensor-legacy.pt"));
        // The prologue (magic, version, system) of torch's own file ends where the fourth pickle begins.
        int prologue = header.AsSpan().IndexOf<byte>([0x80, 2, (byte)'c', (byte)'t']);
        string path = folder.Write("a.pt", [.. header[..prologue], .. body, 0x80, 2, (byte)']', (byte)'.']);
        if (refusal == null)
        {
            using TorchFile file = TorchFile.Open(path);
            Assert.Empty(Assert.IsType<TorchDictionary>(file.Root));
        }
        else
        {
            var error = Assert.Throws<DataFileException>(() => TorchFile.Open(path));
            Assert.Contains(refusal, error.Message);
        }
    }

    private static byte[] Bytes(TensorView tensor) => tensor.Type.Size() switch
    {
        1 when tensor.Type == ElementType.Int8 => MemoryMarshal.AsBytes<sbyte>(tensor.ToArray<sbyte>()).ToArray(),
        1 => tensor.ToArray<byte>(),
        2 when tensor.Type == ElementType.Float16 => MemoryMarshal.AsBytes<Half>(tensor.ToArray<Half>()).ToArray(),
        2 when tensor.Type == ElementType.BFloat16 => MemoryMarshal.AsBytes<ushort>(tensor.ToArray<ushort>()).ToArray(),
        2 => MemoryMarshal.AsBytes<short>(tensor.ToArray<short>()).ToArray(),
        4 when tensor.Type == ElementType.Float32 => MemoryMarshal.AsBytes<float>(tensor.ToArray<float>()).ToArray(),
        4 => MemoryMarshal.AsBytes<int>(tensor.ToArray<int>()).ToArray(),
        _ when tensor.Type == ElementType.Float64 => MemoryMarshal.AsBytes<double>(tensor.ToArray<double>()).ToArray(),
        _ => MemoryMarshal.AsBytes<long>(tensor.ToArray<long>()).ToArray(),
    };

    private static string TorchName(ElementType type) => type.ToString().ToLowerInvariant();
}
