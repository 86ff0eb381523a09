using System.Diagnostics;
using System.Text;

namespace ITContrast.Torch.Tests.Files;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Raw(string json, int dataBytes, long? announced = null)
    {
        byte[] header = Encoding.Latin1.GetBytes(json);
        return folder.Write("a.safetensors",
            [.. BitConverter.GetBytes(announced ?? header.Length), .. header, .. Enumerable.Range(1, dataBytes).Select(i => (byte)i)]);
    }

    private string Generation(float value)
    {
        string path = folder.File("last.safetensors");
        using var writer = new SafetensorsWriter(path, [new TensorInfo("w", ElementType.Float32, 1)]);
        writer.Append<float>([value]);
        writer.Complete(WriteOptions.Checkpoint);
        return path;
    }

    // The example is written out by hand from the format's description.
    [Fact]
    public void A_file_of_the_format_is_read()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Raw(
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[],"data_offsets":[4,5]},"a":{"dtype":"I16","shape":[2,1],"data_offsets":[0,4]},"none":{"dtype":"F64","shape":[0,3],"data_offsets":[4,4]}}  """,
            5));
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(["a", "none", "b"], file.Tensors.Select(t => t.Name));
        Assert.Equal([0x0201, 0x0403], file["a"].Span<short>().ToArray());
        Assert.Equal([2, 1], file["a"].Shape);
        Assert.Equal(5, file["b"].Span<byte>()[0]);
        Assert.Equal(0, file["none"].Count);
        var error = Assert.Throws<DataFileException>(() => file["c"]);
        Assert.Contains("no tensor 'c'. It holds 3: a, b, none", error.Message);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"I16","shape":[2],"data_offsets":[0,4]},"a":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}""", 4, "names 'a' twice")]
    [InlineData(
        """{"a":{"dtype":"I16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}""", 5, "'a' and 'b' overlap at byte 3")]
    [InlineData(
        """{"a":{"dtype":"I16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[6,7]}}""", 7,
        "hole of 2 bytes between 'a' and 'b'")]
    [InlineData("""{"a":{"dtype":"I16","shape":[2],"data_offsets":[2,6]}}""", 6, "hole of 2 bytes between the start and 'a'")]
    [InlineData("""{"a":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}""", 6, "2 bytes after its last tensor")]
    [InlineData("""{"a":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}""", 3, "bytes 0 to 4 of 3")]
    [InlineData("""{"a":{"dtype":"I16","shape":[3],"data_offsets":[0,4]}}""", 4, "'a' Int16 [3] needs 6 bytes and its offsets give it 4")]
    [InlineData("""{"a":{"dtype":"I16","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "needs more than 2^63 bytes")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "dtype F8_E4M3; known are BOOL")]
    [InlineData("""{"a":{"dtype":"I16","shape":[-2],"data_offsets":[0,4]}}""", 4, "whole numbers of 0 or more")]
    [InlineData("""{"a":{"dtype":"I16","shape":[2],"data_offsets":[4,0]}}""", 4, "bytes 4 to 0")]
    [InlineData("""{"a":{"dtype":"I16","shape":[2]}}""", 0, "needs dtype, shape and two data_offsets")]
    [InlineData("""{"a":{"dtype":"I16","shape":[2],"data_offsets":[0,4],"order":"F"}}""", 4, "unexpected or repeated key 'order'")]
    [InlineData("""{"__metadata__":{"epoch":3}}""", 0, "metadata 'epoch' must be a text")]
    [InlineData("""{"a":[1]}""", 0, "tensor 'a' must be an object")]
    [InlineData("""{"a":""", 0, "not the JSON")]
    [InlineData("""{} {}""", 0, "not the JSON")]
    [InlineData("{\"\u00ff\":{}}", 0, "not the JSON")]
    [InlineData("[]", 0, "does not start with '{'")]
    public void A_broken_header_is_refused_by_name(string json, int bytes, string message)
    {
        var error = Assert.Throws<DataFileException>(() => SafetensorsFile.Open(Raw(json, bytes)));
        Assert.Contains(message, error.Message);
    }

    [Theory]
    [InlineData(-1L, "18446744073709551615")]
    [InlineData(100_000_001L, "at most 100000000")]
    [InlineData(3L, "1 bytes after its last tensor")]
    [InlineData(500L, "Was the file cut short?")]
    public void A_wrong_header_length_is_refused(long announced, string message)
    {
        var error = Assert.Throws<DataFileException>(() => SafetensorsFile.Open(Raw("{}  ", 0, announced)));
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Tensors_written_in_pieces_are_read_back_aligned()
    {
        string path = folder.File("out.safetensors");
        using (var writer = new SafetensorsWriter(path,
            [
                new("ids", ElementType.Int64, 3), new("empty", ElementType.Float32, 0, 2), new("scalar", ElementType.Float32),
                new("rows", ElementType.Float16, TensorInfo.Growing, 2),
            ],
            new Dictionary<string, string> { ["split"] = "test", ["note"] = "é\"" }))
        {
            writer.Append<long>([1, 2]);
            writer.Append<long>([-3]);
            writer.Append<float>([0.5f]);
            writer.Append<Half>([(Half)1, (Half)2, (Half)3]);
            writer.Append<Half>([(Half)4]);
            Assert.Empty(Directory.GetFiles(folder.Path, "out*"));
            writer.Complete();
        }
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal([1, 2, -3], file["ids"].Span<long>().ToArray());
        Assert.Equal([0, 2], file["empty"].Shape);
        Assert.Equal(0.5f, file["scalar"].Span<float>()[0]);
        Assert.Equal([2, 2], file["rows"].Shape);
        Assert.Equal([1, 2, 3, 4], file["rows"].Span<Half>().ToArray().Select(h => (double)h));
        Assert.Equal("é\"", file.Metadata["note"]);
        Assert.Equal(0, BitConverter.ToInt64(File.ReadAllBytes(path)) % 8);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_writer_refuses_what_would_be_wrong()
    {
        string path = folder.File("out.safetensors");
        Assert.Throws<ArgumentException>(() => new SafetensorsWriter(path, [new("a", ElementType.Int8, 1), new("a", ElementType.Int8, 1)]));
        Assert.Throws<ArgumentException>(() => new SafetensorsWriter(path, [new("a", ElementType.Int8, 1), new("b", ElementType.Float32, 1)]));
        Assert.Throws<ArgumentException>(() => new SafetensorsWriter(path, [new("a", ElementType.Int8, -1), new("b", ElementType.Int8, 1)]));
        Assert.Throws<ArgumentException>(() => new SafetensorsWriter(path, [new("__metadata__", ElementType.Int8, 1)]));
        using (var writer = new SafetensorsWriter(path, [new("a", ElementType.Float32, 2)]))
        {
            Assert.Throws<ArgumentException>(() => writer.Append<double>([1]));
            Assert.Throws<ArgumentException>(() => writer.Append<float>([1, 2, 3]));
            writer.Append<float>([1]);
            Assert.Throws<InvalidOperationException>(() => writer.Complete());
        }
        using (var writer = new SafetensorsWriter(path, [new("a", ElementType.Float32, TensorInfo.Growing, 2)]))
        {
            writer.Append<float>([1, 2, 3]);
            Assert.Throws<InvalidOperationException>(() => writer.Complete());
        }
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_checksum_beside_a_file_is_the_one_that_sha256sum_computes()
    {
        string path = Generation(1);
        using var check = Process.Start(new ProcessStartInfo("sha256sum", ["-c", "last.safetensors.sha256"])
        { WorkingDirectory = folder.Path, RedirectStandardOutput = true })!;
        Assert.Equal("last.safetensors: OK", check.StandardOutput.ReadToEnd().Trim());
        Assert.True(Checksum.Verify(path));
    }

    [Fact]
    public void A_flipped_bit_is_seen_and_the_generation_before_takes_over()
    {
        string path = Generation(1);
        Generation(2);
        using (SafetensorsFile file = SafetensorsFile.OpenLatest(path)) Assert.Equal(2, file["w"].Span<float>()[0]);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<DataFileException>(() => SafetensorsFile.Open(path, verify: true));
        Assert.Contains("SHA-256", error.Message);
        using (SafetensorsFile file = SafetensorsFile.OpenLatest(path))
        {
            Assert.Equal(1, file["w"].Span<float>()[0]);
            Assert.Equal(WriteOptions.PreviousOf(path), file.Path);
        }
        File.Delete(path);
        using (SafetensorsFile file = SafetensorsFile.OpenLatest(path)) Assert.Equal(1, file["w"].Span<float>()[0]);
    }

    [Fact]
    public void Two_generations_are_kept_and_not_three()
    {
        for (int i = 1; i <= 3; i++) Generation(i);
        Assert.Equal(["last.previous.safetensors", "last.previous.safetensors.sha256", "last.safetensors", "last.safetensors.sha256"],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using SafetensorsFile previous = SafetensorsFile.Open(folder.File("last.previous.safetensors"), verify: true);
        Assert.Equal(2, previous["w"].Span<float>()[0]);
    }
}
