using System.Text;
using ITContrast.Experiments.TensorBoard;
using ITContrast.Tests.Data;
using ITContrast.Training;

namespace ITContrast.Tests.Experiments;

/// <summary>Event files read back by a reader of the published format that shares no code with the writer.</summary>
public class TensorBoardTests
{
    // The check value of CRC-32C, and the masked form by its definition.
    [Fact]
    public void The_checksum_is_castagnolis()
    {
        Assert.Equal(0xE3069283u, MaskedCrc32C.Plain("123456789"u8));
        Assert.Equal(unchecked((0xE3069283u >> 15 | 0xE3069283u << 17) + 0xa282ead8u), MaskedCrc32C.Of("123456789"u8));
    }

    [Fact]
    public void Every_number_of_the_metrics_is_read_back_under_its_tag_and_step()
    {
        using TemporaryFolder folder = new();
        folder.Write("run/config.json", "{}");
        folder.Write(
            "run/metrics.jsonl",
            "{\"step\":1,\"epoch\":0,\"loss\":0.5}\n{\"step\":300,\"epoch\":0,\"loss\":0.25,\"synthesis/score\":-1}\n{\"step\":300,\"epoch\":0,\"validation\":{\"rsum\":120.5,\"captionQuery\":{\"r1\":3}}}\n"
        );
        string path = TensorBoardExport.Write(new RunFolder(folder.At("run")), folder.At("logs"));
        Assert.Contains("tfevents", path);
        Assert.Equal(
            [
                ("train/loss", 1, 0.5f), ("train/loss", 300, 0.25f), ("train/synthesis/score", 300, -1f), ("val/rsum", 300, 120.5f),
                ("val/captionQuery/r1", 300, 3f),
            ],
            Scalars(File.ReadAllBytes(path)));
    }

    private static List<(string Tag, long Step, float Value)> Scalars(byte[] bytes)
    {
        List<(string, long, float)> found = [];
        using BinaryReader reader = new(new MemoryStream(bytes));
        for (bool first = true; reader.BaseStream.Position < bytes.Length; first = false)
        {
            byte[] length = reader.ReadBytes(8);
            Assert.Equal(Masked(length), reader.ReadUInt32());
            byte[] message = reader.ReadBytes((int)BitConverter.ToUInt64(length));
            Assert.Equal(Masked(message), reader.ReadUInt32());
            Dictionary<int, object> record = Fields(message);
            Assert.IsType<double>(record[1]);
            if (first)
            {
                Assert.Equal("brain.Event:2", Encoding.UTF8.GetString((byte[])record[3]));
                continue;
            }
            Dictionary<int, object> value = Fields((byte[])Fields((byte[])record[5])[1]);
            found.Add((Encoding.UTF8.GetString((byte[])value[1]), (long)(ulong)record[2], (float)value[2]));
        }
        return found;
    }

    // Protocol buffers by the wire type alone.
    private static Dictionary<int, object> Fields(byte[] message)
    {
        Dictionary<int, object> fields = [];
        using BinaryReader reader = new(new MemoryStream(message));
        while (reader.BaseStream.Position < message.Length)
        {
            int key = reader.Read7BitEncodedInt();
            fields[key >> 3] = (key & 7) switch
            {
                0 => (ulong)reader.Read7BitEncodedInt64(),
                1 => reader.ReadDouble(),
                2 => reader.ReadBytes(reader.Read7BitEncodedInt()),
                5 => reader.ReadSingle(),
                _ => throw new InvalidDataException(),
            };
        }
        return fields;
    }

    // Bit by bit, with the reversed polynomial 0x82F63B78.
    private static uint Masked(byte[] data)
    {
        uint crc = ~0u;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
        }
        crc = ~crc;
        return unchecked((crc >> 15 | crc << 17) + 0xa282ead8u);
    }
}
