namespace Berth.Api.Tests;

public sealed class ContainerInstancesOverTheWire : IAsyncLifetime
{
    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync() => server = await EcsServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Knows_its_agents_versions_from_their_registration()
    {
        await server.AskAsync("CreateCluster", "{}");
        var registered = (await server.AskAsync("RegisterContainerInstance", """
            {"totalResources":[{"name":"CPU","type":"INTEGER","integerValue":1024},{"name":"MEMORY","type":"INTEGER","integerValue":1024},{"name":"PORTS","type":"STRINGSET"},{"name":"PORTS_UDP","type":"STRINGSET"}],
             "versionInfo":{"agentVersion":"1.78.0","agentHash":"abc","dockerVersion":"DockerVersion: 20.10"}}
            """)).GetProperty("containerInstance");

        registered.GetProperty("versionInfo").GetRawText().ShouldBe("""{"agentVersion":"1.78.0","agentHash":"abc","dockerVersion":"DockerVersion: 20.10"}""");
    }

    [Fact]
    public async Task Bounds_what_attributes_an_instance_has()
    {
        var id = await server.JoinAsync();
        for (var at = 0; at < 290; at += 10)
        {
            await server.AskAsync("PutAttributes", Attributes(at));
        }

        (await server.RefusalAsync("PutAttributes", Attributes(290))).Type.ShouldBe("AttributeLimitExceededException");

        string Attributes(int from) => $$"""{"attributes":[{{string.Join(',', Enumerable.Range(from, 10).Select(at => $$"""{"name":"ecs.x{{at}}","targetId":"{{id}}"}"""))}}]}""";
    }

    [Fact]
    public async Task Registers_a_returning_instance_under_its_old_arn_with_its_own_attributes()
    {
        var id = await server.JoinAsync();
        var answer = await server.AskAsync("RegisterContainerInstance", $$"""
            {"containerInstanceArn":"arn:aws:ecs:us-east-1:000000000000:container-instance/default/{{id}}","clientToken":"x",
             "totalResources":[{"name":"CPU","type":"INTEGER","integerValue":512},{"name":"MEMORY","type":"INTEGER","integerValue":512}],"attributes":[{"name":"ecs.os-family","value":"LINUX"}]}
            """);

        var instance = answer.GetProperty("containerInstance");
        instance.GetProperty("containerInstanceArn").GetString()!.ShouldEndWith(id);
        instance.GetProperty("attributes").EnumerateArray().Select(attribute => attribute.GetProperty("name").GetString()).ShouldContain("stack");
        instance.GetProperty("registeredResources")[0].GetProperty("integerValue").GetInt32().ShouldBe(512);
    }
}
