namespace Berth.Api.Tests;

public sealed class ExpressGatewayServices : IAsyncLifetime
{
    private const string Good = """{"infrastructureRoleArn":"arn:aws:iam::000000000000:role/i","executionRoleArn":"arn:aws:iam::000000000000:role/e","primaryContainer":{"image":"nginx"}}""";
    private const string Nope = """{"serviceArn":"arn:aws:ecs:us-east-1:000000000000:service/default/nope"}""";

    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync();
        await server.AskAsync("CreateCluster", "{}");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Are_refused_and_leave_nothing_behind()
    {
        var (type, message) = await server.RefusalAsync("CreateExpressGatewayService", Good);

        type.ShouldBe("UnsupportedFeatureException");
        message!.ShouldContain("Express Gateway");
        (await server.AskAsync("ListServices", "{}")).GetProperty("serviceArns").GetArrayLength().ShouldBe(0);
        (await server.AskAsync("ListTaskDefinitions", "{}")).GetProperty("taskDefinitionArns").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("CreateExpressGatewayService", "{}", "InvalidParameterException")]
    [InlineData("CreateExpressGatewayService", """{"infrastructureRoleArn":"r"}""", "InvalidParameterException")]
    [InlineData("CreateExpressGatewayService", """{"infrastructureRoleArn":"r","executionRoleArn":"e","primaryContainer":{}}""", "InvalidParameterException")]
    [InlineData("CreateExpressGatewayService", """{"infrastructureRoleArn":"r","executionRoleArn":"e","primaryContainer":{"image":"x","containerPort":70000}}""", "InvalidParameterException")]
    [InlineData("CreateExpressGatewayService", """{"infrastructureRoleArn":"r","executionRoleArn":"e","primaryContainer":{"image":"x"},"healthCheckPath":"ping"}""", "InvalidParameterException")]
    [InlineData("CreateExpressGatewayService", """{"infrastructureRoleArn":"r","executionRoleArn":"e","primaryContainer":{"image":"x"},"cpu":"much"}""", "InvalidParameterException")]
    [InlineData("CreateExpressGatewayService", """{"infrastructureRoleArn":"r","executionRoleArn":"e","primaryContainer":{"image":"x"},"scalingTarget":{"minTaskCount":2,"maxTaskCount":1}}""", "InvalidParameterException")]
    [InlineData("CreateExpressGatewayService", """{"infrastructureRoleArn":"r","executionRoleArn":"e","primaryContainer":{"image":"x"},"scalingTarget":{"autoScalingMetric":"LUCK"}}""", "InvalidParameterException")]
    [InlineData("CreateExpressGatewayService", """{"infrastructureRoleArn":"r","executionRoleArn":"e","primaryContainer":{"image":"x"},"cluster":"nope"}""", "ClusterNotFoundException")]
    [InlineData("CreateExpressGatewayService", """{"infrastructureRoleArn":"r","taskDefinitionArn":"nope:1"}""", "ClientException")]
    [InlineData("DescribeExpressGatewayService", Nope, "ResourceNotFoundException")]
    [InlineData("DescribeExpressGatewayService", """{"serviceArn":"nope"}""", "InvalidParameterException")]
    [InlineData("DescribeExpressGatewayService", """{"serviceArn":"arn:aws:ecs:us-east-1:000000000000:service/nope/nope"}""", "ClusterNotFoundException")]
    [InlineData("UpdateExpressGatewayService", Nope, "ServiceNotFoundException")]
    [InlineData("DeleteExpressGatewayService", Nope, "ServiceNotFoundException")]
    public async Task Are_refused_in_ecs_words_first(string operation, string request, string type) =>
        (await server.RefusalAsync(operation, request)).Type.ShouldBe(type);

    [Fact]
    public async Task Are_not_ordinary_services()
    {
        await server.RegisterDefinitionAsync("web");
        await server.AskAsync("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":0}""");

        foreach (var operation in new[] { "DescribeExpressGatewayService", "UpdateExpressGatewayService", "DeleteExpressGatewayService" })
        {
            (await server.RefusalAsync(operation, """{"serviceArn":"arn:aws:ecs:us-east-1:000000000000:service/default/web"}""")).Message!.ShouldContain("not an Express Gateway service");
        }

        (await server.AskAsync("DescribeServices", """{"services":["web"]}""")).GetProperty("services")[0].GetProperty("status").GetString().ShouldBe("ACTIVE");
    }
}
