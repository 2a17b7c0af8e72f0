using Berth.Testing;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Secrets.Tests;

public sealed class TheApiModel
{
    [Theory]
    [InlineData("secretsmanager", 13)]
    [InlineData("ssm", 11)]
    public async Task Has_the_same_members_of_the_same_types(string name, int operations)
    {
        var model = ModelWalk.Load($"{name}.json");
        await using var server = await World.StartAsync();
        var service = server.Services.GetServices<AwsService>().Single(service => service.SigningName == name);
        var walk = new ModelWalk(model, service.Operations.Values.First().Request.Options.GetTypeInfo);

        foreach (var operation in service.Operations.Values)
        {
            walk.Compare(operation);
        }

        walk.Differences.ShouldBeEmpty();
        service.Operations.Count.ShouldBe(operations);
        service.Operations.Keys.Except(service.Rates.Keys).ShouldBeEmpty();
        service.Target.ShouldBe(model.GetProperty("metadata").GetProperty("targetPrefix").GetString());
    }
}
