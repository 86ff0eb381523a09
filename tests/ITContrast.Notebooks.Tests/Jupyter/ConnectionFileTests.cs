using ITContrast.Notebooks.Jupyter;

namespace ITContrast.Notebooks.Tests.Jupyter;

public class ConnectionFileTests
{
    private const string Good = """
        {"transport":"tcp","ip":"127.0.0.1","key":"k","signature_scheme":"hmac-sha256","shell_port":5001,"control_port":5002,"iopub_port":5003,"stdin_port":5004,"hb_port":5005}
        """;

    [Fact]
    public void Endpoints_follow_transport_and_address()
    {
        Assert.Equal("tcp://127.0.0.1:5003", ConnectionFile.Parse(Good, "c").Endpoint("iopub"));
        Assert.Equal("tcp://127.0.0.1:5003", ConnectionFile.Parse(Good.Replace("127.0.0.1", "localhost"), "c").Endpoint("iopub"));
        Assert.Equal("tcp://[::1]:5003", ConnectionFile.Parse(Good.Replace("127.0.0.1", "::1"), "c").Endpoint("iopub"));
        Assert.Equal("ipc:///tmp/k-5003", ConnectionFile.Parse(Good.Replace("tcp", "ipc").Replace("127.0.0.1", "/tmp/k"), "c").Endpoint("iopub"));
    }

    [Theory]
    [InlineData("127.0.0.1", "0.0.0.0", "loopback")]
    [InlineData("127.0.0.1", "192.168.1.5", "loopback")]
    [InlineData("127.0.0.1", "example.org", "loopback")]
    [InlineData("\"k\"", "\"\"", "unsigned")]
    [InlineData("hmac-sha256", "hmac-md5", "expected hmac-sha256")]
    [InlineData("\"tcp\"", "\"udp\"", "expected tcp or ipc")]
    [InlineData("5005", "5004", "port 5004 is given to stdin and hb")]
    [InlineData("5005", "0", "hb_port")]
    [InlineData("5005", "70000", "hb_port")]
    [InlineData("5005", "\"x\"", "hb_port")]
    [InlineData("\"hb_port\":5005", "\"other\":1", "found nothing")]
    [InlineData("{", "[", "is not JSON")]
    [InlineData("\"tcp\"", "7", "must be a string")]
    public void What_is_wrong_is_said_in_one_line(string from, string to, string expected)
    {
        var text = Good.Replace(from, to);
        Assert.NotEqual(Good, text);
        var error = Assert.Throws<NotebookException>(() => ConnectionFile.Parse(text, "c.json"));
        Assert.Contains(expected, error.Message);
        Assert.Contains("c.json", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("/nowhere/c.json", Assert.Throws<NotebookException>(() => ConnectionFile.Read("/nowhere/c.json")).Message);
}
