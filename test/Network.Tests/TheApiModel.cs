using Berth.Testing;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Network.Tests;

public sealed class TheApiModel
{
    /// <summary>What EC2 has got since the model's date.</summary>
    private static readonly string[] Newer =
    [
        "CreateSecurityGroupResult.securityGroupArn is not in the model",
        "SecurityGroup.securityGroupArn is not in the model",
        "SecurityGroupRule.securityGroupRuleArn is not in the model",
    ];

    [Fact]
    public async Task Has_the_same_members_of_the_same_types()
    {
        var model = ModelWalk.Load("ec2-subset.json");
        await using var server = await World.StartAsync();
        var service = server.Services.GetServices<AwsService>().Single();
        var walk = new ModelWalk(model, service.Operations.Values.First().Request.Options.GetTypeInfo);

        foreach (var operation in service.Operations.Values.Where(operation => model.GetProperty("operations").TryGetProperty(operation.Name, out _)))
        {
            walk.Compare(operation);
        }

        walk.Differences.Except(Newer).ShouldBeEmpty();
        service.Operations.Keys.Where(name => !model.GetProperty("operations").TryGetProperty(name, out _)).ShouldBe(["ModifySecurityGroupRules"]);
    }
}
