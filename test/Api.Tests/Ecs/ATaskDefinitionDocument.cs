using System.Text;
using Berth.Domain;

namespace Berth.Api.Tests;

public sealed class ATaskDefinitionDocument
{
    [Fact]
    public void May_have_comments_and_trailing_commas()
    {
        var document = Read("""
            // The website.
            {
              "family": "web", /* its name */
              "containerDefinitions": [{"name": "app", "image": "nginx", "memory": 128,},],
            }
            """);

        document.Found.ShouldBeEmpty();
        document.Family.ShouldBe("web");
        document.Compatibilities.ShouldBe(["EC2", "EXTERNAL"]);
    }

    [Fact]
    public void Tells_all_that_is_wrong_with_its_line()
    {
        var document = Read("""
            {
              "family": "a b",
              "networkMode": "overlay",
              "containerDefinitions": [
                {
                  "name": "app",
                  "imagee": "nginx",
                  "memory": "128",
                  "portMappings": [
                    {"containerPort": 80},
                    {"containerPort": 70000}
                  ],
                  "essential": false
                }
              ],
              "tags": [{"key": "aws:x"}]
            }
            """);

        document.Found.Select(problem => (problem.Line, problem.Path)).ShouldBe(
        [
            (2, "family"),
            (3, "networkMode"),
            (4, "containerDefinitions"),
            (5, "containerDefinitions[0].image"),
            (5, "containerDefinitions[0]"),
            (7, "containerDefinitions[0].imagee"),
            (8, "containerDefinitions[0].memory"),
            (11, "containerDefinitions[0].portMappings[1].containerPort"),
            (16, "tags"),
        ]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void May_have_a_chain_of_containers_as_long_as_the_quota_lets_it(bool isCircle)
    {
        const int Length = 25_000;
        var containers = Enumerable.Range(1, Length).Select(at => at == Length && !isCircle
            ? $$"""{"name":"c{{at}}","image":"i","memory":6}"""
            : $$"""{"name":"c{{at}}","image":"i","memory":6,"volumesFrom":[{"sourceContainer":"c{{at % Length + 1}}"}]}""");
        var text = $$"""{"family":"web","containerDefinitions":[{{string.Join(',', containers)}}]}""";

        var document = TaskDefinitionDocument.Read(Encoding.UTF8.GetBytes(text), EcsQuotas.Default with { ContainersPerTaskDefinition = Length, TaskDefinitionBytes = int.MaxValue });

        document.Found.Select(problem => problem.Message).ShouldBe(isCircle ? ["The container dependencies of the task definition have a cycle."] : []);
    }

    [Theory]
    [InlineData("{\n\"family\": nope}", 2)]
    [InlineData("[]", 1)]
    [InlineData("", 1)]
    [InlineData("{\"family\":\"a\",\n\"family\":\"b\"}", 1)]
    public void Has_to_be_a_json_object(string text, int line)
    {
        var problem = Read(text).Found.ShouldHaveSingleItem();

        problem.Line.ShouldBe(line);
    }

    [Theory]
    [InlineData("""{"requiresCompatibilities":["FARGATE"],"placementConstraints":[{"type":"memberOf","expression":"attribute:a == b"}]}""", "networkMode cpu memory placementConstraints")]
    [InlineData("""{"proxyConfiguration":{"type":"APPMESH","containerName":"nobody"}}""", "proxyConfiguration proxyConfiguration.containerName")]
    [InlineData("""{"volumes":[{"name":"v","efsVolumeConfiguration":{"fileSystemId":"fs","rootDirectory":"/x","authorizationConfig":{"accessPointId":"a"}}}]}""", "volumes[0].efsVolumeConfiguration.transitEncryption volumes[0].efsVolumeConfiguration.rootDirectory")]
    public void Names_every_member(string members, string paths)
    {
        var text = $$"""{"family":"web","containerDefinitions":[{"name":"app","image":"nginx","memory":128}],{{members[1..]}}""";

        string.Join(' ', Read(text).Found.Select(problem => problem.Path)).ShouldBe(paths);
    }

    [Theory]
    [InlineData("""{"systemControls":[{"namespace":"vm.swappiness","value":"1"}]}""", "systemControls[0].namespace")]
    [InlineData("""{"linuxParameters":{"capabilities":{"add":["FLY"]}}}""", "linuxParameters.capabilities.add[0]")]
    [InlineData("""{"ulimits":[{"name":"core","softLimit":1,"hardLimit":1},{"name":"core","softLimit":1,"hardLimit":1}]}""", "ulimits[1].name")]
    [InlineData("""{"secrets":[{"name":"A","valueFrom":"/a"},{"name":"A","valueFrom":"/b"}]}""", "secrets[1].name")]
    [InlineData("""{"resourceRequirements":[{"type":"GPU","value":"some"}]}""", "resourceRequirements[0].value")]
    [InlineData("""{"logConfiguration":{"logDriver":"json-file","options":{"mode":"lazy"}}}""", "logConfiguration.options")]
    [InlineData("""{"healthCheck":{"command":["CMD","x"],"interval":1,"retries":11}}""", "healthCheck.interval healthCheck.retries")]
    [InlineData("""{"restartPolicy":{"restartAttemptPeriod":10}}""", "restartPolicy restartPolicy.restartAttemptPeriod")]
    [InlineData("""{"environment":[{"value":"x"}]}""", "environment[0]")]
    [InlineData("""{"firelensConfiguration":{"type":"fluentbit"}}""", "")]
    public void Names_every_member_of_a_container(string members, string paths)
    {
        var text = $$"""{"family":"web","containerDefinitions":[{"name":"app","image":"nginx","memory":128,{{members[1..]}}]}""";

        Read(text).Found.Select(problem => problem.Path).ShouldBe(
            paths.Length == 0 ? ["containerDefinitions"] : paths.Split(' ').Select(path => $"containerDefinitions[0].{path}"));
    }

    private static TaskDefinitionDocument Read(string text) => TaskDefinitionDocument.Read(Encoding.UTF8.GetBytes(text), EcsQuotas.Default);
}
