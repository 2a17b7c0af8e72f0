using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Berth.Wire.Tests;

public sealed class AnAnswerInXml
{
    [Theory]
    [InlineData("plain ä 漢 👩 \t\n", "plain ä 漢 👩 \t\n")]
    [InlineData("a\0b\u0015c", "a\ufffdb\ufffdc")]
    [InlineData("\uffffx", "\ufffdx")]
    public void Can_be_read_whatever_was_asked_about(string asked, string told)
    {
        Read(QueryProtocol.EncodeError("RuleNotFound", 400, asked, "", "id")).Descendants("Message").Single().Value.ShouldBe(told);
        Read(QueryProtocol.EncodeEc2Error("InvalidID", asked, "id")).Descendants("Message").Single().Value.ShouldBe(told);
        Read(QueryProtocol.EncodeResponse("DescribeRules", "", new JsonObject { ["Name"] = asked }, "id")).Descendants("Name").Single().Value.ShouldBe(told);
    }

    [Fact]
    public void Has_no_halves_of_characters() =>
        Read(QueryProtocol.EncodeError("RuleNotFound", 400, "a" + (char)0xd800 + "b", "", "id")).Descendants("Message").Single().Value.ShouldBe("a\ufffdb");

    private static XElement Read(byte[] xml) => XElement.Parse(Encoding.UTF8.GetString(xml), LoadOptions.PreserveWhitespace);
}
