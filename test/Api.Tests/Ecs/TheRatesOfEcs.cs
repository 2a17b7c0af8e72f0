using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api.Tests;

public sealed class TheRatesOfEcs
{
    [Fact]
    public async Task Are_there_for_every_operation_but_the_one_that_agents_poll_with()
    {
        await using var server = await EcsServer.StartAsync();
        var operations = server.Http.Services.GetServices<AwsService>().Single(service => service.SigningName == "ecs").Operations.Keys.ToList();

        operations.Except(EcsRates.ByOperation.Keys).ShouldBe(["DiscoverPollEndpoint"]);
        EcsRates.ByOperation.Keys.Except(operations).ShouldBeEmpty();
    }
}
