using CsCheck;

namespace Berth.Domain.Tests;

public sealed class TheClusterQueryLanguage
{
    [Theory]
    [InlineData("attribute:ecs.instance-type == t2.small", "attribute:ecs.instance-type == t2.small")]
    [InlineData("attribute:ecs.availability-zone in [us-east-1a, us-east-1b]", "attribute:ecs.availability-zone in [us-east-1a, us-east-1b]")]
    [InlineData("attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d", "attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d")]
    [InlineData("task:group == service:production", "task:group == service:production")]
    [InlineData("not(task:group == database)", "not task:group == database")]
    [InlineData("!(runningTasksCount == 1)", "not runningTasksCount == 1")]
    [InlineData("ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']", "ec2InstanceId in [i-abcd1234, i-wxyx7890]")]
    [InlineData("agentConnected equals true", "agentConnected == true")]
    [InlineData("AGENTVERSION Greater_Than_Equal 1.90", "agentVersion >= 1.90")]
    [InlineData("registeredAt<2018-06-18T22:28:28+00:00", "registeredAt < 2018-06-18T22:28:28+00:00")]
    [InlineData("attribute:gpu exists", "attribute:gpu exists")]
    [InlineData("attribute:gpu !exists && attribute:gpu not_exists", "attribute:gpu !exists and attribute:gpu !exists")]
    [InlineData("attribute:a==1||attribute:b==2&&attribute:c==3", "attribute:a == 1 or attribute:b == 2 and attribute:c == 3")]
    [InlineData("(attribute:a == 1 or attribute:b == 2) AND attribute:c == 3", "(attribute:a == 1 or attribute:b == 2) and attribute:c == 3")]
    [InlineData("attribute:note == 'it''s \"here\"'", "attribute:note == 'it''s \"here\"'")]
    [InlineData("attribute:note == \"two words\"", "attribute:note == 'two words'")]
    [InlineData("attribute:type =~ [tm]2.(small)", null)]
    [InlineData("attribute:type =~ '[tm]2.(small|large)'", "attribute:type =~ '[tm]2.(small|large)'")]
    [InlineData("attribute:type =~ [tm]2.*", "attribute:type =~ '[tm]2.*'")]
    [InlineData("not not attribute:a exists", "not not attribute:a exists")]
    public void Reads(string text, string? canonical)
    {
        ClusterQuery.TryParse(text, out var query, out _).ShouldBe(canonical is not null);
        query?.ToString().ShouldBe(canonical);
    }

    [Theory]
    [InlineData("", 1, "Expected a comparison")]
    [InlineData("x", 1, "Expected agentConnected, agentVersion, attribute:NAME, *")]
    [InlineData("attribute: == 1", 11, "Expected an attribute's name")]
    [InlineData("attribute:a", 12, "Expected an operator after 'attribute:a'")]
    [InlineData("attribute:a = 1", 13, "Expected an operator, such as *")]
    [InlineData("attribute:a == ", 16, "Expected a value")]
    [InlineData("attribute:a == (b)", 16, "A value with parentheses must be quoted")]
    [InlineData("attribute:a == 'b", 16, "This quote is not closed")]
    [InlineData("attribute:a == [b]", 16, "Only 'in' and '!in' take a list")]
    [InlineData("attribute:a in b", 16, "Expected a list in brackets")]
    [InlineData("attribute:a in [b, c", 16, "This '[' is not closed")]
    [InlineData("attribute:a in []", 17, "Expected a value")]
    [InlineData("attribute:a in [b c]", 19, "Expected ',' or ']'")]
    [InlineData("(attribute:a == b", 1, "This '(' is not closed")]
    [InlineData("attribute:a == b)", 17, "There is a ')' too many")]
    [InlineData("attribute:a == b attribute:c == d", 18, "Expected 'and', 'or' or the end")]
    [InlineData("attribute:a == b and", 21, "Expected a comparison")]
    [InlineData("runningTasksCount in [1]", 19, "'runningTasksCount' cannot be compared with 'in'")]
    [InlineData("agentConnected > true", 16, "'agentConnected' cannot be compared with '>'")]
    [InlineData("runningTasksCount == many", 22, "'many' is not a whole number")]
    [InlineData("agentConnected == yes", 19, "'yes' is not true or false")]
    [InlineData("agentVersion > new", 16, "'new' is not a version, *")]
    [InlineData("registeredAt > yesterday", 16, "'yesterday' is not a time, *")]
    [InlineData("attribute:a =~ '('", 16, "'(' is not a regular expression")]
    [InlineData("attribute:a =~ 'a)(b'", 16, "'a)(b' is not a regular expression")]
    [InlineData("attribute:a =~ '(?=x)'", 16, "'(?=x)' is a regular expression with lookarounds, *")]
    public void Says_what_is_wrong_and_where(string text, int position, string message)
    {
        ClusterQuery.TryParse(text, out _, out var error).ShouldBeFalse();

        error.ShouldNotBeNull();
        error.Message.ShouldMatch("^" + System.Text.RegularExpressions.Regex.Escape(message).Replace("\\*", ".*", StringComparison.Ordinal) + "$");
        error.Position.ShouldBe(position);
    }

    [Fact]
    public void Has_limits()
    {
        ClusterQuery.TryParse(new string('(', 1_900), out _, out var deep).ShouldBeFalse();
        deep!.Message.ShouldContain("100 deep");
        ClusterQuery.TryParse($"attribute:a == {new string('b', 2_000)}", out _, out var longer).ShouldBeFalse();
        longer!.Message.ShouldContain("2000 characters");
    }

    [Fact]
    public void Reads_back_what_it_writes() => RandomClusters.Queries.Sample(query =>
        ClusterQuery.TryParse(query.ToString(), out var read, out _) && read == query && read.ToString() == query.ToString());

    /// <summary>Goal: no text whatever makes the parser throw or hang. Method: pieces of the language, put together blindly.</summary>
    [Fact]
    public void Survives_any_text() => Gen.OneOf(
        Gen.String[0, 200],
        RandomClusters.AnyOf("(", ")", "[", "]", ",", "'", "\"", "!", "not", "and", "or", "&&", "||", "==", "=~", "in", "exists", "attribute:a", "task:group", "runningTasksCount", "1", "x", " ", "(?", "*", "{9}", "\\", "\0")
            .Array[0, 40].Select(pieces => string.Concat(pieces))).Sample(text =>
        {
            var isRead = ClusterQuery.TryParse(text, out var query, out var error);
            return isRead
                ? ClusterQuery.TryParse(query!.ToString(), out var again, out _) && again == query
                : error!.Position >= 1 && error.Position <= text.Length + 1;
        });

    [Fact]
    public void Matches_whole_values()
    {
        var scene = new ClusterScene();
        var id = scene.Instance(zone: "us-east-1a");

        Holds("attribute:ecs.availability-zone =~ us-east").ShouldBeFalse();
        Holds("attribute:ecs.availability-zone =~ us-east.*").ShouldBeTrue();
        Holds("attribute:ecs.availability-zone =~ 'us|us-east-1a'").ShouldBeTrue();
        Holds("attribute:nothing != x").ShouldBeTrue();
        Holds("attribute:nothing == x").ShouldBeFalse();

        bool Holds(string text) => ClusterQuery.TryParse(text, out var query, out _) && query.Over(scene.State)(scene.State.ContainerInstances[id]);
    }
}
