using System.Text;
using System.Text.Json.Nodes;
using Berth.Domain;

namespace Berth.Api.Tests;

public sealed class TheLogRouterOfATaskDefinition
{
    private const string Settings = "Invalid setting for container 'router'. ";
    private const string Router = """{"name":"router","image":"fluent-bit","memory":64,"firelensConfiguration":{"type":"fluentbit"}}""";
    private const string App = """{"name":"app","image":"nginx","memory":64,"logConfiguration":{"logDriver":"awsfirelens","options":{"Name":"stdout"}}}""";

    [Theory]
    [InlineData("""{"type":"fluentbit"}""")]
    [InlineData("""{"type":"fluentd","options":{"enable-ecs-log-metadata":"false"}}""")]
    [InlineData("""{"type":"fluentd","options":{"enable-ecs-log-metadata":"true","config-file-type":"file","config-file-value":"/extra.conf"}}""")]
    [InlineData("""{"type":"fluentd","options":{"config-file-type":"s3","config-file-value":"arn:aws:s3:::conf/dir/extra.conf"}}""")]
    public void May_be(string firelens) => Found(With(Router, $$"""{"firelensConfiguration":{{firelens}}}"""), App).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"options":{}}""", "'firelensConfiguration.type' must be specified.")]
    [InlineData("""{"type":"fluentbit","options":{"flush":"1"}}""", "The firelensConfiguration option 'flush' should be one of [enable-ecs-log-metadata, config-file-type, config-file-value]")]
    [InlineData("""{"type":"fluentbit","options":{"enable-ecs-log-metadata":"yes"}}""", "The firelensConfiguration option 'enable-ecs-log-metadata' should be one of [true, false]")]
    [InlineData("""{"type":"fluentbit","options":{"config-file-type":"http","config-file-value":"x"}}""", "The firelensConfiguration option 'config-file-type' should be one of [file, s3]")]
    [InlineData("""{"type":"fluentbit","options":{"config-file-type":"file"}}""", "The firelensConfiguration option 'config-file-type' requires the option 'config-file-value'.")]
    [InlineData("""{"type":"fluentbit","options":{"config-file-value":"/x"}}""", "The firelensConfiguration option 'config-file-value' requires the option 'config-file-type'.")]
    [InlineData("""{"type":"fluentbit","options":{"config-file-type":"s3","config-file-value":"s3://conf/extra.conf"}}""", "The firelensConfiguration option 'config-file-value' should be the ARN of an object in Amazon S3.")]
    [InlineData("""{"type":"fluentbit","options":{"config-file-type":"s3","config-file-value":"arn:aws:s3:::conf/"}}""", "The firelensConfiguration option 'config-file-value' should be the ARN of an object in Amazon S3.")]
    public void May_not_be(string firelens, string why) =>
        Found(With(Router, $$"""{"firelensConfiguration":{{firelens}}}"""), App).ShouldBe([Settings + why]);

    [Theory]
    [InlineData("0", true)]
    [InlineData("1000", true)]
    [InlineData("1000:1000", true)]
    [InlineData("1000:logs", true)]
    [InlineData("fluent", false)]
    [InlineData("fluent:1000", false)]
    [InlineData("1000:", false)]
    [InlineData("1000:1000:1000", false)]
    public void Runs_as_a_number(string user, bool may) =>
        Found(With(Router, $$"""{"user":"{{user}}"}"""), App).Count.ShouldBe(may ? 0 : 1);

    [Theory]
    [InlineData("0", true)]
    [InlineData("536870912", true)]
    [InlineData("536870913", false)]
    [InlineData("-1", false)]
    [InlineData("1k", false)]
    [InlineData("", false)]
    public void Has_lines_kept_for_it_within_bounds(string limit, bool may) =>
        Found(Router, With(App, $$"""{"logConfiguration":{"logDriver":"awsfirelens","options":{"Name":"stdout","log-driver-buffer-limit":"{{limit}}"} } }"""))
            .ShouldBe(may ? [] : ["Invalid setting for container 'app'. The log option 'log-driver-buffer-limit' must be between 0 and 536870912."]);

    [Fact]
    public void Is_there_where_it_is_used_and_used_where_it_is_there()
    {
        Found(App).ShouldBe(["When awsfirelens log driver is specified in log configuration, a firelens configuration object must be configured in one of the containers."]);
        Found(Router).ShouldBe(["When a firelensConfiguration object is specified, at least one container has to be configured with the awsfirelens log driver."]);
        Found(Router, With(Router, """{"name":"second"}"""), App).ShouldBe(["Only one container in a task definition can have a firelensConfiguration."]);
        Found("""{"networkMode":"none"}""", [Router, App]).ShouldBe(["A firelensConfiguration is not supported on container when networkMode=none."]);
        Found("""{"networkMode":"awsvpc"}""", [Router, App]).ShouldBeEmpty();
    }

    [Fact]
    public void Has_no_configuration_from_s3_on_fargate()
    {
        const string Fargate = """{"networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],"cpu":"256","memory":"512"}""";

        Found(Fargate, [With(Router, """{"firelensConfiguration":{"type":"fluentbit","options":{"config-file-type":"s3","config-file-value":"arn:aws:s3:::a/b"} } }"""), App])
            .ShouldBe(["Tasks using the Fargate launch type do not support the FireLens config file type 's3'."]);
        Found(Fargate, [With(Router, """{"firelensConfiguration":{"type":"fluentbit","options":{"config-file-type":"file","config-file-value":"/x"} } }"""), App]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_roots_unless_it_says_otherwise_and_asks_of_the_agent_what_it_needs()
    {
        await using var server = await EcsServer.StartAsync();

        var (user, needs) = await RegisteredAsync(Router, App);
        user.ShouldBe("0");
        needs.ShouldBe(["com.amazonaws.ecs.capability.docker-remote-api.1.18", "com.amazonaws.ecs.capability.logging-driver.awsfirelens", "ecs.capability.firelens.fluentbit"]);

        (user, needs) = await RegisteredAsync(
            With(Router, """{"user":"1000:1000","firelensConfiguration":{"type":"fluentd","options":{"config-file-type":"s3","config-file-value":"arn:aws:s3:::a/b"} } }"""),
            With(App, """{"logConfiguration":{"logDriver":"awsfirelens","options":{"@type":"stdout","log-driver-buffer-limit":"1"},"secretOptions":[{"name":"key","valueFrom":"/key"}]} }"""));
        user.ShouldBe("1000:1000");
        needs.ShouldBe(
        [
            "com.amazonaws.ecs.capability.docker-remote-api.1.18", "com.amazonaws.ecs.capability.logging-driver.awsfirelens", "ecs.capability.firelens.fluentd",
            "ecs.capability.firelens.non-root-user", "ecs.capability.firelens.options.config.s3", "ecs.capability.logging-driver.awsfirelens.log-driver-buffer-limit",
            "ecs.capability.secrets.ssm.bootstrap.log-driver",
        ]);

        async Task<(string? User, List<string?> Needs)> RegisteredAsync(params string[] containers)
        {
            var definition = (await server.AskAsync("RegisterTaskDefinition", Document("{}", containers))).GetProperty("taskDefinition");
            return (definition.GetProperty("containerDefinitions")[0].GetProperty("user").GetString(), [.. definition.GetProperty("requiresAttributes").EnumerateArray().Select(attribute => attribute.GetProperty("name").GetString())]);
        }
    }

    private static IReadOnlyList<string> Found(params string[] containers) => Found("{}", containers);

    private static IReadOnlyList<string> Found(string members, string[] containers) =>
        [.. TaskDefinitionDocument.Read(Encoding.UTF8.GetBytes(Document(members, containers)), EcsQuotas.Default).Found.Select(problem => problem.Message)];

    private static string Document(string members, string[] containers) =>
        With($$"""{"family":"routed","containerDefinitions":[{{string.Join(',', containers)}}]}""", members);

    /// <summary>The object with other members in place of its own.</summary>
    private static string With(string text, string members)
    {
        var document = (JsonObject)JsonNode.Parse(text)!;
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(members)!)
        {
            document[name] = value?.DeepClone();
        }

        return document.ToJsonString();
    }
}
