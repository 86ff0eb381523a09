using System.Text;
using System.Text.Json.Nodes;
using ITContrast.Notebooks.Jupyter;

namespace ITContrast.Notebooks.Tests.Jupyter;

public class WireFormatTests
{
    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    // RFC 4231, test case 2: its data cut into the four parts that are hashed as one.
    [Fact]
    public void Signature_is_the_hmac_of_the_four_parts()
    {
        var signature = new MessageSigner(Bytes("Jefe")).Sign(Bytes("what do ya "), Bytes("want "), Bytes("for "), Bytes("nothing?"));
        Assert.Equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", Encoding.ASCII.GetString(signature));
    }

    [Fact]
    public void A_signature_is_accepted_once_and_only_for_its_parts()
    {
        var signer = new MessageSigner(Bytes("k"));
        var signature = signer.Sign(Bytes("a"), Bytes("b"), Bytes("c"), Bytes("d"));
        Assert.False(signer.Accept(signature, Bytes("a"), Bytes("b"), Bytes("c"), Bytes("e")));
        Assert.True(signer.Accept(signature, Bytes("a"), Bytes("b"), Bytes("c"), Bytes("d")));
        Assert.False(signer.Accept(signature, Bytes("a"), Bytes("b"), Bytes("c"), Bytes("d")));
    }

    [Fact]
    public void A_message_survives_the_wire_with_identities_text_and_lone_surrogates()
    {
        var (one, other) = (new WireFormat(Bytes("k")), new WireFormat(Bytes("k")));
        var content = new JsonObject { ["code"] = "λ < \"τ\" 𝛕", ["cut"] = "\ud835" };
        var message = other.Decode(one.Encode([[7], [8]], "execute_request", content, null), 5, out _)!;
        Assert.Equal("execute_request", message.Type);
        Assert.Equal("λ < \"τ\" 𝛕", message.Text("code"));
        Assert.Equal("\ufffd", message.Text("cut"));
        Assert.Equal([7, 8], message.Identities.Select(i => (int)i[0]));
        Assert.Equal(5, message.Order);
        Assert.Null(new WireFormat(Bytes("other key")).Decode(one.Encode([], "x", [], null), 0, out _));
    }

    // Random parts, signed or not, and valid messages with one byte changed: dropped with a reason, never thrown.
    [Fact]
    public void Anything_may_come_over_the_wire()
    {
        const int seed = 20260814;
        var random = new Random(seed);
        var wire = new WireFormat(Bytes("k"));
        var signer = new MessageSigner(Bytes("k"));
        for (var i = 0; i < 3000; i++)
        {
            var parts = Enumerable.Range(0, random.Next(9)).Select(_ => { var b = new byte[random.Next(40)]; random.NextBytes(b); return b; }).ToList();
            if (i % 3 == 0 && parts.Count >= 6)
            {
                parts[0] = Bytes("<IDS|MSG>");
                parts[2] = i % 2 == 0 ? Bytes("""{"msg_type":7}""") : parts[2];
                parts[1] = signer.Sign(parts[2], parts[3], parts[4], parts[5]);
            }
            else if (i % 3 == 1)
            {
                parts = [.. wire.Encode([], "execute_request", new JsonObject { ["code"] = i }, null)];
                var changed = parts[random.Next(1, parts.Count)];
                changed[random.Next(changed.Length)] ^= 1;
            }

            Assert.True(wire.Decode(parts, 0, out var problem) is null && problem.Length > 0, $"seed {seed}, step {i}");
        }
    }
}
