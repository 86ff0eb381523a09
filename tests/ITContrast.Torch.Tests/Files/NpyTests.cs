using System.Text;

namespace ITContrast.Torch.Tests.Files;

public sealed class NpyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Array(string header, int dataBytes, byte version = 1, bool align = true)
    {
        int fixedPart = version == 1 ? 10 : 12;
        string text = align ? header.PadRight(64 * 3 - fixedPart - 1) + "\n" : header;
        byte[] encoded = Encoding.UTF8.GetBytes(text);
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)encoded.Length) : BitConverter.GetBytes(encoded.Length);
        return folder.Write(
            "a.npy",
            [
                0x93,
                (byte)'N',
                (byte)'U',
                (byte)'M',
                (byte)'P',
                (byte)'Y',
                version,
                0,
                .. length,
                .. encoded,
                .. Enumerable.Range(0, dataBytes).Select(i => (byte)i),
            ]);
    }

    // numpy wrote these files: reading one and writing it again must give its bytes back.
    [Theory]
    [InlineData("pooled_output.npy", ElementType.Float64, 5L, 48L)]
    [InlineData("img_feats.npy", ElementType.Float32, 5L, 13L, 2054L)]
    [InlineData("input_ids.npy", ElementType.Int64, 5L, 21L)]
    public void Numpys_file_is_written_again_byte_for_byte(string name, ElementType type, params long[] shape)
    {
        string path = Fixtures.Path("oscar-tiny", name), copy = folder.File(name);
        using NpyFile file = NpyFile.Open(path);
        Assert.Equal(type, file.Dtype);
        Assert.Equal(shape, file.Shape);
        switch (type)
        {
            case ElementType.Float64: NpyFile.Write(copy, file.Rows<double>(0, 5), shape); break;
            case ElementType.Float32: NpyFile.Write(copy, file.Rows<float>(0, 5), shape); break;
            default: NpyFile.Write(copy, file.Rows<long>(0, 5), shape); break;
        }
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(copy));
        Assert.Equal([copy], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Each_version_is_read(byte version)
    {
        using NpyFile file = NpyFile.Open(Array("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }", 6, version));
        Assert.Equal([3, 4, 5], file.Rows<byte>(1, 1).ToArray());
    }

    [Fact]
    public void A_header_of_python_2_or_with_keys_in_another_order_is_read()
    {
        using NpyFile file = NpyFile.Open(Array("{\"shape\":(2L,1L),'descr':'<i2','fortran_order':False}", 4));
        Assert.Equal([2, 1], file.Shape);
        Assert.Equal(0x0302, file.Rows<short>(1, 1)[0]);
    }

    [Fact]
    public void Rows_of_half_and_double_precision_convert()
    {
        Half[] halves = [(Half)1.5f, (Half)(-2), Half.PositiveInfinity, (Half)0.25f];
        NpyFile.Write(folder.File("h.npy"), halves, 2, 2);
        NpyFile.Write(folder.File("d.npy"), [1.5, -2.0, 1e300, 0.25], 2, 2);
        var row = new float[2];
        foreach (string name in new[] { "h.npy", "d.npy" })
        {
            using NpyFile file = NpyFile.Open(folder.File(name));
            file.ReadRows(1, row);
            Assert.Equal([float.PositiveInfinity, 0.25f], row);
        }
    }

    [Fact]
    public void Integers_of_every_width_widen()
    {
        NpyFile.Write(folder.File("a.npy"), new sbyte[] { -128, 127 }, 2);
        NpyFile.Write(folder.File("b.npy"), new[] { int.MinValue, int.MaxValue }, 2);
        NpyFile.Write(folder.File("c.npy"), new[] { true, false }, 2);
        Assert.Equal([-128, 127], Widened("a.npy"));
        Assert.Equal([int.MinValue, int.MaxValue], Widened("b.npy"));
        Assert.Equal([1, 0], Widened("c.npy"));

        long[] Widened(string name)
        {
            using NpyFile file = NpyFile.Open(folder.File(name));
            var values = new long[2];
            file.View.ReadIntegers(0, values);
            return values;
        }
    }

    [Fact]
    public void Streamed_rows_equal_the_array_written_at_once()
    {
        float[] values = [.. Enumerable.Range(0, 24).Select(i => i / 7f)];
        using (NpyWriter writer = NpyWriter.Create(folder.File("a.npy"), ElementType.Float32, 3, 2))
        {
            writer.Append<float>(values.AsSpan(0, 6));
            writer.Append<float>(values.AsSpan(6, 18));
            Assert.False(File.Exists(folder.File("a.npy")));
            writer.Complete();
        }
        using NpyFile file = NpyFile.Open(folder.File("a.npy"));
        Assert.Equal([4, 3, 2], file.Shape);
        Assert.Equal(values, file.Rows<float>(0, 4).ToArray());
    }

    [Fact]
    public void A_stream_that_is_not_completed_leaves_what_was_there()
    {
        NpyFile.Write(folder.File("a.npy"), [7f], 1);
        using (NpyWriter writer = NpyWriter.Create(folder.File("a.npy"), ElementType.Float32, 2)) writer.Append<float>([1, 2]);
        using NpyFile file = NpyFile.Open(folder.File("a.npy"));
        Assert.Equal(7f, file.Rows<float>(0, 1)[0]);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8, "Python objects")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", 24, "Fortran order")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", 8, "big-endian")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", 8, "records")]
    [InlineData("{'descr': '<U4', 'fortran_order': False, 'shape': (2,), }", 32, "text")]
    [InlineData(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 20, "20 bytes of data where shape [2, 3] of Float32 needs 24. Was the file cut short")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 30, "more than one array")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", 0, "more than 2^63")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4), }", 0, "extent of 0 or more")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", 0, "no 'shape'")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}", 4, "repeated key 'descr'")]
    [InlineData("__import__('os').system('true')", 0, "expected '{'")]
    public void A_bad_header_is_refused_by_name(string header, int bytes, string message)
    {
        var error = Assert.Throws<DataFileException>(() => NpyFile.Open(Array(header, bytes)));
        Assert.Contains(message, error.Message);
        Assert.StartsWith(folder.File("a.npy"), error.Message);
    }

    [Fact]
    public void What_is_no_array_at_all_is_refused()
    {
        foreach (byte[] bytes in new byte[][] { [], [0x93], [.. "PK\u0003\u0004 and something more"u8], [0x93, .. "NUMPY"u8, 9, 0, 0, 0, 0, 0] })
            Assert.Throws<DataFileException>(() => NpyFile.Open(folder.Write("x.npy", bytes)));
    }

    [Fact]
    public void Folders_and_missing_files_are_errors_of_files()
    {
        Assert.Contains("is a folder", Assert.Throws<DataFileException>(() => NpyFile.Open(folder.Path)).Message);
        Assert.Throws<FileNotFoundException>(() => NpyFile.Open(folder.File("absent.npy")));
    }

    [Fact]
    public void Wrong_types_and_rows_are_refused()
    {
        NpyFile.Write(folder.File("a.npy"), new float[6], 3, 2);
        using NpyFile file = NpyFile.Open(folder.File("a.npy"));
        Assert.Throws<InvalidOperationException>(() => file.Rows<double>(0, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Rows<float>(2, 2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Rows<float>(-1, 1).Length);
        Assert.Throws<ArgumentException>(() => file.ReadRows(0, new float[3]));
    }

    [Fact]
    public void A_file_cut_after_opening_gives_an_error_and_not_the_end_of_the_process()
    {
        NpyFile.Write(folder.File("a.npy"), new float[1 << 20], 1 << 20);
        using NpyFile file = NpyFile.Open(folder.File("a.npy"));
        // A writer of this library would replace the file; a foreign one may cut it.
        using (var foreign = System.Diagnostics.Process.Start("truncate", ["-s", "4096", folder.File("a.npy")])) foreign.WaitForExit();
        var error = Assert.Throws<DataFileException>(() => file.Rows<float>(0, 1 << 20).Length);
        Assert.Contains("was cut from", error.Message);
    }

    [Fact]
    public void An_array_of_more_than_two_gigabytes_is_read_at_its_end()
    {
        string path = folder.File("big.npy");
        using (FileStream stream = File.Create(path))
        {
            long rows = 600_000_000;
            byte[] header = Encoding.ASCII.GetBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (600000000, 1), }".PadRight(117) + "\n");
            stream.Write([0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. header]);
            // The file is sparse: only its end takes room on the disk.
            stream.Position = 128 + (rows - 1) * 4;
            stream.Write(BitConverter.GetBytes(42f));
        }
        using NpyFile file = NpyFile.Open(path);
        Assert.Equal(42f, file.Rows<float>(599_999_999, 1)[0]);
        Assert.Equal(42f, file.Rows<float>(0, 600_000_000)[599_999_999]);
    }
}
