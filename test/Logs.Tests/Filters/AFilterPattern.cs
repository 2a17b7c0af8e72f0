using System.Text;

namespace Berth.Logs.Tests;

public sealed class AFilterPattern
{
    private const string Json = """
        {"level":"ERROR","status":404,"ratio":0.5,"ok":true,"none":null,"user":{"id":"u-1","name":"Ann Lee"},"codes":[1,20,300],"list":[{"k":"a"},{"k":"b"}],"x.y":"dotted"}
        """;

    private const string Line = """127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534""";

    [Theory]
    [InlineData("", "anything", true)]
    [InlineData("   ", "anything", true)]
    [InlineData("ERROR", "an ERROR here", true)]
    [InlineData("ERROR", "an error here", false)]
    [InlineData("ERROR timeout", "timeout after ERROR", true)]
    [InlineData("ERROR timeout", "only ERROR", false)]
    [InlineData("\"two words\"", "say two words now", true)]
    [InlineData("\"two words\"", "two  words", false)]
    [InlineData("\"say \\\"hi\\\"\"", "they say \"hi\"", true)]
    [InlineData("?ERROR ?WARN", "a WARN", true)]
    [InlineData("?ERROR ?WARN", "an INFO", false)]
    [InlineData("?ERROR ?WARN -noise", "a WARN", true)]
    [InlineData("?ERROR ?WARN -noise", "a WARN noise", false)]
    [InlineData("?ERROR plain", "plain", true)]
    [InlineData("ERROR -\"health check\"", "ERROR in health check", false)]
    [InlineData("ERROR -\"health check\"", "ERROR in request", true)]
    [InlineData("-DEBUG", "INFO", true)]
    [InlineData("-DEBUG", "DEBUG", false)]
    [InlineData("GET /index.html", "GET /index.html", true)]
    [InlineData("%[0-9]{3} ms%", "took 123 ms", true)]
    [InlineData("%[0-9]{3} ms%", "took 12 ms", false)]
    [InlineData("ünï", "das ünï", true)]
    public void Of_terms(string pattern, string message, bool isMatch) => Matches(pattern, message).ShouldBe(isMatch);

    [Theory]
    [InlineData("{ $.level = \"ERROR\" }", true)]
    [InlineData("{ $.level = ERROR }", true)]
    [InlineData("{ $.level = \"ERR*\" }", true)]
    [InlineData("{ $.level = \"*R*R\" }", true)]
    [InlineData("{ $.level = \"error\" }", false)]
    [InlineData("{ $.level != \"INFO\" }", true)]
    [InlineData("{ $.missing != \"INFO\" }", false)]
    [InlineData("{ $.status = 404 }", true)]
    [InlineData("{ $.status = 4.04e2 }", true)]
    [InlineData("{ $.status = 4* }", true)]
    [InlineData("{ $.status = \"404\" }", false)]
    [InlineData("{ $.status >= 400 && $.status < 500 }", true)]
    [InlineData("{ $.status > 404 }", false)]
    [InlineData("{ $.ratio <= 0.5 }", true)]
    [InlineData("{ ($.user.id = \"u-1\") && ($.level = \"INFO\" || $.ok IS TRUE) }", true)]
    [InlineData("{ $.level = \"INFO\" && $.ok IS TRUE || $.status = 404 }", true)]
    [InlineData("{ $.level = \"INFO\" && ($.ok IS TRUE || $.status = 404) }", false)]
    [InlineData("{ !($.level = \"INFO\") }", true)]
    [InlineData("{ $.ok IS FALSE }", false)]
    [InlineData("{ $.ok = true }", true)]
    [InlineData("{ $.none IS NULL }", true)]
    [InlineData("{ $.level IS NULL }", false)]
    [InlineData("{ $.missing NOT EXISTS }", true)]
    [InlineData("{ $.none NOT EXISTS }", false)]
    [InlineData("{ $.codes[1] = 20 }", true)]
    [InlineData("{ $.codes[*] = 300 }", true)]
    [InlineData("{ $.codes[9] = 300 }", false)]
    [InlineData("{ $.list[*].k = \"b\" }", true)]
    [InlineData("{ $.user.* = \"Ann Lee\" }", true)]
    [InlineData("{ $['x.y'] = \"dotted\" }", true)]
    [InlineData("{ $.level = %^ERR% }", true)]
    [InlineData("{ $.user = \"*\" }", false)]
    public void Of_json(string pattern, bool isMatch) => Matches(pattern, Json).ShouldBe(isMatch);

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("{ broken")]
    public void Of_json_matches_no_other_message(string message) => Matches("{ $.a NOT EXISTS }", message).ShouldBeFalse();

    [Theory]
    [InlineData("[ip, id, user, timestamp, request, status_code, size]", true)]
    [InlineData("[ip, id, user, timestamp, request, status_code]", false)]
    [InlineData("[ip, id, user, timestamp, request, status_code = 4*, size]", true)]
    [InlineData("[ip, id, user, timestamp, request, status_code = 5*, size]", false)]
    [InlineData("[..., status_code = 404, size > 1000]", true)]
    [InlineData("[..., size > 2000]", false)]
    [InlineData("[ip = 127.0.0.1, ...]", true)]
    [InlineData("[ip, ..., status_code = 404 || status_code = 500, size]", true)]
    [InlineData("[ip, ..., size > 1000 && size < 1500]", false)]
    [InlineData("[w1, w2, user != frank, ...]", false)]
    [InlineData("[ip, id, user, timestamp, request = \"*html*\", ...]", true)]
    [InlineData("[]", false)]
    public void Of_fields(string pattern, bool isMatch) => Matches(pattern, Line).ShouldBe(isMatch);

    [Theory]
    [InlineData("\"open")]
    [InlineData("{ $.a }")]
    [InlineData("{ $.a = }")]
    [InlineData("{ $.a = 1")]
    [InlineData("{ $.a > x }")]
    [InlineData("{ a = 1 }")]
    [InlineData("{ $.a = 1 } x")]
    [InlineData("{ ($.a = 1 }")]
    [InlineData("[a, ..., b, ...]")]
    [InlineData("[a")]
    [InlineData("[a = ]")]
    [InlineData("%(a)%")]
    [InlineData("%a% %b% %c%")]
    [InlineData("%open")]
    [InlineData("? x")]
    public void That_cannot_be_understood_is_refused(string pattern)
    {
        var refusal = Should.Throw<Wire.AwsException>(() => FilterPattern.Parse(pattern));

        refusal.Code.ShouldBe("InvalidParameterException");
        refusal.Message.ShouldBe("Invalid filter pattern");
    }

    private static bool Matches(string pattern, string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        var parsed = FilterPattern.Parse(pattern);
        var isMatch = parsed.Matches(bytes);
        if (isMatch)
        {
            parsed.MayMatch(bytes).ShouldBeTrue();
        }

        return isMatch;
    }
}
